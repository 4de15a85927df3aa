import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPORT = """青山市财政局{year}年政府信息公开工作年度报告
一、总体情况
全年主动公开政府信息12条，收到政府信息公开申请5件，均已按期答复，没有行政复议。
二、主动公开政府信息情况
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t53
"""
COMMAND = [sys.executable, "-c", "from gxnlp.cli import app; app()"]


def gxnlp(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, check=False, timeout=60, encoding="utf-8", **options
    )


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT.format(year=2021), "utf-8")
    return path


@pytest.fixture
def second(tmp_path):
    path = tmp_path / "second.txt"
    path.write_text(REPORT.format(year=2022), "utf-8")
    return path


def extract(*arguments, **options):
    return gxnlp("extract", "--no-figures", *arguments, **options)


def test_one_report_is_json(report):
    result = extract(report)
    record = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, "")
    assert record["meta"]["agency"] == "青山市财政局"
    assert "青山市财政局" in result.stdout
    assert record["source"]["path"] == str(report)
    assert list(record) == [
        "schema_version", "source", "meta", "sections", "cells", "figures", "indicators", "checks", "warnings",
    ]  # fmt: skip


def test_several_reports_are_jsonl(report, second):
    lines = extract(report, second).stdout.splitlines()
    assert [json.loads(line)["meta"]["year"] for line in lines] == [2021, 2022]


def test_several_reports_as_json_are_one_array(report, second):
    assert [r["meta"]["year"] for r in json.loads(extract(report, second, "-f", "json").stdout)] == [2021, 2022]


def test_csv_has_one_header(report, second):
    rows = list(csv.DictReader(io.StringIO(extract(report, second, "--format", "csv").stdout)))
    assert {r["year"] for r in rows} == {"2021", "2022"}
    assert [r["value"] for r in rows if r["part"] == "cell"] == ["53", "53"]


def test_table(report):
    result = extract(report, "-f", "table")
    assert "青山市财政局" in result.stdout
    assert "53 件" in result.stdout


def test_standard_input():
    result = extract("-", input=REPORT.format(year=2021))
    record = json.loads(result.stdout)
    assert (record["source"]["path"], record["meta"]["year"]) == ("-", 2021)


def test_a_file_that_fails_is_set_aside_and_the_others_go_on(report, second, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = extract(report, empty, tmp_path / "missing.txt", second)
    assert result.returncode == 1
    assert [json.loads(line)["meta"]["year"] for line in result.stdout.splitlines()] == [2021, 2022]
    assert f"gxnlp: {empty}: " in result.stderr
    assert "missing.txt" in result.stderr
    assert "2 of 4" in result.stderr
    assert "Traceback" not in result.stderr


def test_output_goes_to_a_file_of_the_format_that_its_name_says(report, tmp_path):
    out = tmp_path / "out.csv"
    result = extract(report, "-o", out)
    assert (result.returncode, result.stdout) == (0, "")
    assert out.read_text("utf-8").startswith("path,sha256,agency")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "report.txt"]


def test_a_failed_run_leaves_the_old_output(tmp_path):
    out = tmp_path / "out.json"
    out.write_text("old")
    assert extract(tmp_path / "missing.txt", "-o", out).returncode == 1
    assert out.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--format", "xml", "report.txt"],
        ["--nosuch", "report.txt"],
        ["-", "-"],
        ["report.txt", "-o", "report.txt"],
        ["report.txt", "-o", "no/such/folder/out.json"],
    ],
)
def test_wrong_usage(arguments, report):
    result = extract(*arguments, cwd=report.parent)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Usage: gxnlp extract" in result.stderr


def test_a_model_that_is_not_there_is_an_error(report, tmp_path):
    result = gxnlp("extract", "--model", tmp_path, report)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("gxnlp: ")
    assert result.stderr.count("\n") == 1


def test_on_a_terminal_the_default_is_a_table(report):
    here, there = pty.openpty()
    process = subprocess.Popen([*COMMAND, "extract", "--no-figures", str(report)], stdout=there, stderr=there)
    os.close(there)
    shown = b""
    while True:
        try:
            data = os.read(here, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(here)
    assert process.wait(60) == 0
    assert "Statutory tables" in shown.decode("utf-8")


def test_a_closed_pipe_is_quiet(report):
    files = [str(report)] * 60
    process = subprocess.Popen(
        [*COMMAND, "extract", "--no-figures", *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == -signal.SIGPIPE


def test_an_interrupt_ends_with_130_and_leaves_nothing_behind(tmp_path):
    out = tmp_path / "out.json"
    process = subprocess.Popen(
        [*COMMAND, "extract", "--no-figures", "-o", str(out), "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 20
    while not list(tmp_path.glob(".out.json.*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert list(tmp_path.glob("*out.json*")) == []


def test_read_shows_what_the_reader_saw(report):
    outline = gxnlp("read", report).stdout
    assert "section overview: 一、总体情况" in outline
    assert "table" in outline
    assert gxnlp("read", report, "-f", "text").stdout == report.read_text("utf-8")
    document = json.loads(gxnlp("read", report, "-f", "json").stdout)
    assert document["text"][document["blocks"][0]["start"] :].startswith("青山市财政局")
    failed = gxnlp("read", report.parent / "missing.txt")
    assert (failed.returncode, failed.stdout) == (1, "")


def test_schema_is_the_records():
    schema = json.loads(gxnlp("schema").stdout)
    assert schema["title"] == "Record"
    assert schema["$defs"]["CellValue"]["properties"]["value"]["anyOf"][0] == {"type": "string"}


def test_info_names_versions_model_and_forms():
    known = json.loads(gxnlp("info", "--json").stdout)
    assert [f["edition"] for f in known["forms"]] == ["2014", "2019", "2021"]
    assert set(known["model"]) in ({"path", "labels", "bytes"}, {"error"})
    shown = gxnlp("info").stdout
    assert shown.startswith(f"gxnlp {known['gxnlp']}")


def test_version_and_help():
    assert gxnlp("--version").stdout.startswith("gxnlp 0.")
    assert gxnlp("-h").returncode == 0
    assert gxnlp().returncode == 2


def test_start_up_is_light():
    heavy = ("spacy", "torch", "onnxruntime", "pydantic", "rich")
    code = f"import sys, gxnlp.cli; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_output_is_utf8_whatever_the_locale(report):
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert "青山市财政局" in extract(report, env=environment).stdout


def test_verbs_are_a_file_each():
    import gxnlp.cli

    verbs = {p.stem for p in Path(gxnlp.cli.__file__).parent.glob("*.py")}
    assert {"extract", "read", "schema", "info"} <= verbs
