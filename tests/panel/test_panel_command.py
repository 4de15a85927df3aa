import subprocess
import sys

import pytest
from panel_records import record

COMMAND = [sys.executable, "-c", "from gxnlp.cli import app; app()", "panel"]


def run(*arguments):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, check=False, encoding="utf-8")


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.jsonl"
    lines = [record(year=year, values={"a.b": year}).to_json(indent=None) for year in (2020, 2021)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_records_become_a_folder_and_a_summary(records, tmp_path):
    result = run(records, "-o", tmp_path / "out", "--format", "csv")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("2 reports of 1 bodies, 2020 to 2021")
    assert (tmp_path / "out" / "wide.csv").read_text("utf-8").splitlines()[0] == "body,year,a.b"


def test_lines_that_are_no_records_are_named_and_the_exit_code_tells(records, tmp_path):
    with records.open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    result = run(records, "-o", tmp_path / "out", "-f", "csv")
    assert result.returncode == 1
    assert result.stderr.startswith(f"gxnlp: {records}, line 3: ")
    assert (tmp_path / "out" / "wide.csv").exists()


def test_wrong_usage_and_missing_files(records, tmp_path):
    assert run(records).returncode == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    result = run(records, "-o", tmp_path / "full")
    assert (result.returncode, "mine.txt" in result.stderr) == (2, True)
    result = run(tmp_path / "none.jsonl", "-o", tmp_path / "out")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(("blocked", "part"), [("pyarrow", "a panel"), ("matplotlib", "the summary of a panel")])
def test_a_missing_extra_is_named(records, tmp_path, blocked, part):
    code = f"import sys; sys.modules[{blocked!r}] = None; from gxnlp.cli import app; app()"
    result = subprocess.run(
        [sys.executable, "-c", code, "panel", str(records), "-o", str(tmp_path / "out")],
        capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr == f'gxnlp: {part} needs the "panel" extra: pip install "gxnlp[panel]"\n'
    assert not (tmp_path / "out").exists()
