import errno
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from batch_reports import SAMPLES, write_reports

import gxnlp
from gxnlp.batch import ExtractorSettings, run
from gxnlp.batch import spark as engine
from gxnlp.batch import work as work_module
from gxnlp.errors import ConfigError, MissingExtraError, WriteError
from gxnlp.schema import Record

sql = pytest.importorskip("pyspark.sql", reason="Spark comes with the spark extra")
pytestmark = [
    pytest.mark.skipif(not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs a Java runtime"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of sockets that PySpark leaves open
]

PLAIN = ExtractorSettings(figures=False)


@pytest.fixture(scope="module")
def session():
    """A session of this machine with two cores."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    patch.undo()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_records_and_failures_are_the_local_engine_s(session, tmp_path, monkeypatch):
    write_reports(tmp_path / "reports", 3)[1].write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    sources = ["reports", SAMPLES / "2021-district.txt", SAMPLES / "2021-district.docx"]
    for name, module in (("local", run), ("there", engine.run)):
        (tmp_path / name).mkdir()
        summary = module(sources, f"{name}/out.jsonl", workers=2, shard_size=2)
        assert (summary.inputs, summary.records, summary.failures) == (5, 4, {"empty": 1})
    assert contents(tmp_path / "there") == contents(tmp_path / "local")


def test_what_another_engine_began_is_gone_on_with(session, tmp_path, monkeypatch):
    paths = write_reports(tmp_path / "reports", 6)
    written, real = [], os.fsync

    def fsync(handle):
        name = Path(f"/proc/self/fd/{handle}").readlink().name
        written.append(name)
        if sum(n.startswith("shard") for n in written) == 2 and name.startswith("shard"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(work_module.os, "fsync", fsync)
    with pytest.raises(WriteError, match="No space left"):
        run(paths, tmp_path / "out.jsonl", settings=PLAIN, workers=1, shard_size=2)
    monkeypatch.undo()
    summary = engine.run([], tmp_path / "out.jsonl", settings=PLAIN, resume=True)
    assert summary.resumed == 2
    expected = [gxnlp.extract(path, figures=False).to_json(indent=None) for path in paths]
    assert (tmp_path / "out.jsonl").read_text("utf-8").splitlines() == expected


def test_a_data_frame_of_paths(session, tmp_path):
    paths = [str(path) for path in write_reports(tmp_path / "reports", 3)]
    rows = [(paths[0], 2021, "局"), (None, None, None), (paths[1], 1999, "a`b"), (str(tmp_path / "none"), 2022, "")]
    df = session.createDataFrame(rows, "path string, year int, `a.b` string").coalesce(1)
    given = engine.extract(df, PLAIN)
    assert given.columns == ["path", "year", "a.b", "record", "category", "cause"]
    assert given.dtypes[1] == ("year", "int")
    first, unnamed, second, missing = given.collect()
    assert [tuple(row)[:3] for row in (first, unnamed, second, missing)] == rows
    expected = gxnlp.extract(paths[0], figures=False)
    record = Record.model_validate_json(first["record"])
    assert record == expected.model_copy(update={"manifest": {"year": "2021", "a.b": "局"}})
    assert json.loads(second["record"])["warnings"][-1]["code"] == "manifest_differs"
    assert (missing["record"], missing["category"], unnamed["category"]) == (None, "not_found", "not_found")
    assert "no such file" in missing["cause"]


def test_a_data_frame_that_holds_the_reports(session):
    files = session.read.format("binaryFile").load(str(SAMPLES / "2021-district.pdf"))
    (row,) = engine.extract(files.select("path", "content"), PLAIN, content="content").collect()
    assert row.asDict().keys() == {"path", "record", "category", "cause"}
    record = Record.model_validate_json(row["record"])
    assert record.cells == gxnlp.extract(SAMPLES / "2021-district.pdf", figures=False).cells
    assert record.source.path == row["path"]


@pytest.mark.parametrize(
    ("schema", "options", "words"),
    [
        ("file string", {}, "no column 'path'; it has file"),
        ("path string", {"content": "content"}, "no column 'content'"),
        ("path string, cause string", {}, "'cause' already"),
        ("path string", {"settings": ExtractorSettings(device="cuda")}, "use Ray for GPUs"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_runs(session, schema, options, words):
    with pytest.raises(ConfigError, match=words):
        engine.extract(session.createDataFrame([], schema), **options)


def test_without_spark_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError, match=r"gxnlp\[spark\]"):
        engine.run("a.txt", tmp_path / "out.jsonl")
