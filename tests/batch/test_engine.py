import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_reports import SAMPLES, records, write_reports

import gxnlp
from gxnlp.batch import ExtractorSettings, run
from gxnlp.batch import work as work_module
from gxnlp.errors import Category, ConfigError, WriteError

PLAIN = ExtractorSettings(figures=False)
COMMAND = [sys.executable, "-c", "from gxnlp.cli import app; app()", "extract"]
SMALL_SHARDS = [
    sys.executable,
    "-c",
    "import sys; from gxnlp.batch.engine import run; run.__kwdefaults__['shard_size'] = 2;"
    "from gxnlp.cli import app; app(['extract', *sys.argv[1:]])",
]


def command(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, check=False, timeout=120, encoding="utf-8", **options
    )


def contents(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A folder of 20 reports, one of them empty, and the output of a run that nothing disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write_reports(folder / "reports", 20)[3].write_bytes(b"")
    run(folder / "reports", folder / "out.jsonl", settings=PLAIN, workers=1, shard_size=64)
    return folder / "reports", contents(folder)


def test_records_are_those_of_one_report_at_a_time(tmp_path):
    out = tmp_path / "out.jsonl"
    summary = run(SAMPLES, out, workers=2, shard_size=4)
    paths = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".py")
    assert out.read_text("utf-8") == "".join(gxnlp.extract(path).to_json(indent=None) + "\n" for path in paths)
    assert (summary.inputs, summary.records, summary.failed, summary.errors) == (len(paths), len(paths), 0, None)
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize("shard_size", [3, 64])
def test_the_bytes_are_the_same_whatever_the_number_of_workers(undisturbed, tmp_path, shard_size):
    reports, expected = undisturbed
    summary = run(reports, tmp_path / "out.jsonl", settings=PLAIN, workers=3, shard_size=shard_size)
    assert contents(tmp_path) == expected
    assert summary.failures == {Category.EMPTY: 1}
    assert summary.errors == tmp_path / "out.jsonl.failures.csv"


def test_a_list_of_failures_of_an_earlier_run_goes(undisturbed, tmp_path):
    reports, _ = undisturbed
    stale = tmp_path / "out.jsonl.failures.csv"
    stale.touch()
    run(reports / "0000.txt", tmp_path / "out.jsonl", settings=PLAIN, workers=1)
    assert not stale.exists()


def test_where_nothing_gives_a_record_the_old_output_stays(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old")
    assert run(tmp_path / "none.txt", out, settings=PLAIN, workers=1).records == 0
    assert out.read_text() == "old"


def test_reports_that_are_none_are_counted(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("明天气温25度，降水概率30%，出门请带伞，注意防范雷电和大风天气。", "utf-8")
    summary = run(page, tmp_path / "out.jsonl", settings=PLAIN, workers=1)
    assert (summary.records, summary.not_reports) == (1, 1)
    assert "1 show no disclosure report" in str(summary)


@pytest.mark.parametrize("failing", ["shard", "output"])
def test_a_full_disk_loses_nothing(undisturbed, tmp_path, monkeypatch, failing):
    reports, expected = undisturbed
    real, written = os.fsync, []

    def fsync(handle):
        name = Path(f"/proc/self/fd/{handle}").readlink().name
        written.append(name)
        if name.startswith(failing) and sum(n.startswith(failing) for n in written) == (3 if failing == "shard" else 1):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(work_module.os, "fsync", fsync)
    out = tmp_path / "out.jsonl"
    with pytest.raises(WriteError, match="No space left"):
        run(reports, out, settings=PLAIN, workers=2, shard_size=4)
    monkeypatch.undo()
    assert not out.exists()
    summary = run(reports, out, settings=PLAIN, workers=2, resume=True)
    assert summary.resumed == (8 if failing == "shard" else 20)
    assert contents(tmp_path) == expected


def test_killed_at_any_moment_a_run_goes_on(undisturbed, tmp_path):
    reports, expected = undisturbed
    last = tmp_path / "last.txt"
    os.mkfifo(last)  # while it is a pipe that nobody writes to, no run comes to its end
    out, dice = tmp_path / "out" / "out.jsonl", random.Random(5)
    out.parent.mkdir()
    script = [*SMALL_SHARDS, "--no-figures", str(reports), str(last), "-o", str(out), "--workers", "2", "--resume"]
    done = 0
    while done < 10:  # at least one kill; how many more hangs on the machine's speed
        process = subprocess.Popen(script, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(list(out.parent.glob("*.parts/shard-*.jsonl"))) < min(done + 3, 10) and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.03))
        process.kill()
        assert process.wait() == -signal.SIGKILL
        now = len(list(out.parent.glob("*.parts/shard-*.jsonl")))
        assert now >= min(done + 3, 10)
        done = now
    last.unlink()
    last.write_bytes((reports / "0000.txt").read_bytes())
    result = subprocess.run(script, capture_output=True, check=False, timeout=120)
    assert (result.returncode, b"20 were done before" in result.stderr) == (1, True)
    records = out.read_bytes().splitlines(keepends=True)
    assert b"".join(records[:-1]) == expected["out.jsonl"]
    assert records[-1] == records[0].replace(str(reports / "0000.txt").encode(), str(last).encode())
    assert {p.name for p in out.parent.iterdir()} == {"out.jsonl", "out.jsonl.failures.csv"}


def test_a_log_tells_what_was_done(undisturbed, tmp_path):
    reports, _ = undisturbed
    log = tmp_path / "log"
    run(reports, tmp_path / "out.jsonl", settings=PLAIN, workers=1, log=log)
    lines = log.read_text("utf-8").splitlines()
    assert "20 reports, 0 done before" in lines[0]
    assert "1 workers" in lines[1]
    assert any("0003.txt: empty" in line for line in lines)
    assert "19 of 20 reports" in lines[-1]


def test_sources_may_be_named_once_and_for_all_by_a_generator(undisturbed, tmp_path):
    reports, _ = undisturbed
    summary = run((p for p in [reports / "0000.txt"]), str(tmp_path / "out.json"), settings=PLAIN, workers=1)
    assert summary.records == 1


def test_an_output_that_makes_no_sense_costs_no_work(undisturbed, tmp_path):
    reports, _ = undisturbed
    with pytest.raises(ConfigError, match="does not tell the format"):
        run(reports, tmp_path / "out.xyz")
    assert not list(tmp_path.iterdir())


def test_a_folder_on_the_command_line(undisturbed, tmp_path):
    reports, expected = undisturbed
    result = command("--no-figures", reports, "-o", tmp_path / "out.jsonl")
    assert (result.returncode, result.stdout) == (1, "")
    assert "19 of 20 reports" in result.stderr
    assert "1 failed (empty 1): see" in result.stderr
    assert contents(tmp_path) == expected


def test_quiet_where_all_goes_well_and_nobody_looks(tmp_path):
    paths = write_reports(tmp_path / "reports", 2)
    result = command("--no-figures", *paths, "-o", tmp_path / "out.sqlite", "--workers", 1)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_folder_and_a_pattern_without_output_are_a_stream(undisturbed):
    reports, expected = undisturbed
    whole = command("--no-figures", reports)
    assert (whole.returncode, whole.stdout) == (1, expected["out.jsonl"].decode())
    some = command("--no-figures", f"{reports}/000[0-2].txt")
    assert (some.returncode, some.stdout.count("\n")) == (0, 3)


def test_a_full_disk_on_the_command_line(undisturbed, tmp_path):
    reports, _ = undisturbed
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); {COMMAND[2]}"
    arguments = ["extract", "--no-figures", str(reports), "-o", str(tmp_path / "out.jsonl"), "--workers", "1"]
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, check=False, timeout=60, encoding="utf-8"
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert "it cannot be written: File too large" in result.stderr
    assert "--resume goes on" in result.stderr
    assert command("--resume", "-o", tmp_path / "out.jsonl", "--no-figures").returncode == 1
    assert len(records(tmp_path / "out.jsonl")) == 19


def test_failures_where_asked(undisturbed, tmp_path):
    reports, _ = undisturbed
    errors = tmp_path / "errors.jsonl"
    assert command("--no-figures", reports, "-o", tmp_path / "out.csv", "--errors", errors).returncode == 1
    (failed,) = records(errors)
    assert (failed["category"], failed["path"]) == ("empty", f"{reports}/0003.txt")


def test_limits_on_the_command_line(tmp_path):
    paths = [SAMPLES / "2021-district.pdf", SAMPLES / "2021-district.txt"]
    out = tmp_path / "out.jsonl"
    result = command("--no-figures", *paths, "-o", out, "--limit-pages", 1, "--errors", tmp_path / "e.jsonl")
    assert result.returncode == 1
    assert [f["category"] for f in records(tmp_path / "e.jsonl")] == ["too_many_pages"]
    assert "too large" not in command("--no-figures", *paths, "--limit-mib", 0.001).stdout
    assert "larger than" in command("--no-figures", *paths, "--limit-mib", 0.001).stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--resume", "{reports}"], "--resume"),
        (["{reports}", "-f", "parquet"], "parquet"),
        (["{reports}", "-o", "out.jsonl", "--workers", "0"], "--workers"),
        (["{reports}/*.pdf", "-o", "out.jsonl"], "no file has such a name"),
        (["-", "-o", "out.jsonl", "--log", "log"], "--log"),
        (["--resume", "-o", "out.jsonl"], "no run is unfinished"),
        (["{reports}", "-o", "out.jsonl", "--device", "tpu"], "no device 'tpu'"),
        ([], "no reports are given"),
    ],
)
def test_wrong_usage(undisturbed, tmp_path, arguments, words):
    result = command(*(a.format(reports=undisturbed[0]) for a in arguments), cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(undisturbed, tmp_path):
    reports, expected = undisturbed
    hanging = tmp_path / "hanging.txt"
    os.mkfifo(hanging)
    out = tmp_path / "out" / "out.jsonl"
    out.parent.mkdir()
    script = [*SMALL_SHARDS, "--no-figures", str(reports), str(hanging), "-o", str(out)]
    process = subprocess.Popen(script, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(list(out.parent.glob("*.parts/shard-*.jsonl"))) < 10 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in errors, b"--resume" in errors) == (130, False, True)
    hanging.unlink()
    hanging.write_bytes(b"")
    assert command("--resume", "--no-figures", "-o", out).returncode == 1
    assert out.read_bytes() == expected["out.jsonl"]
