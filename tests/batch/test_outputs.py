import csv
import json
import sqlite3
import sys
from decimal import Decimal
from importlib.util import find_spec

import pytest
from batch_reports import SAMPLES, records, write_reports

from gxnlp.batch import Extractor, ExtractorSettings, run
from gxnlp.batch.items import Item
from gxnlp.batch.outputs import OutputFormat, check_output
from gxnlp.batch.tables import rows_of, schemas
from gxnlp.errors import ConfigError, MissingExtraError
from gxnlp.schema import CellValue, Meta, Record, Source

PLAIN = ExtractorSettings(figures=False)
NEEDED = {OutputFormat.PARQUET: ("pyarrow",), OutputFormat.DUCKDB: ("pyarrow", "duckdb")}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """A manifest of three reports, the second of which is missing, and its outputs of every format."""
    folder = tmp_path_factory.mktemp("outputs")
    paths = write_reports(folder / "reports", 2)
    sample = SAMPLES / "2021-district.pdf"
    manifest = folder / "list.csv"
    rows = [("path", "body", "url"), (paths[0], "第0局", "u0"), ("none.txt", "第1局", "u1"), (sample, "", "u2")]
    manifest.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), "utf-8")
    outputs = {}
    for format in OutputFormat:
        if any(find_spec(name) is None for name in NEEDED.get(format, ())):
            continue  # the tests of this format are skipped
        outputs[format] = folder / f"out.{format}"
        summary = run(manifest, outputs[format], settings=ExtractorSettings(), workers=1)
        assert (summary.inputs, summary.records, summary.failed) == (3, 2, 1)
    return outputs


def test_jsonl_has_the_records_with_their_manifest(batch):
    first, second = records(batch["jsonl"])
    assert first["manifest"] == {"body": "第0局", "url": "u0"}
    assert second["source"]["format"] == "pdf"
    assert second["figures"]


def test_json_has_the_same_records(batch):
    assert json.loads(batch["json"].read_text("utf-8")) == records(batch["jsonl"])


def test_failures_are_listed_beside_the_output(batch):
    with (batch["jsonl"].parent / "out.jsonl.failures.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["path"].endswith("none.txt")
    assert (row["category"], row["manifest_body"], row["manifest_url"]) == ("not_found", "第1局", "u1")
    assert "no such file" in row["cause"]


def test_csv_has_a_row_a_value(batch):
    with batch["csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = records(batch["jsonl"])[0]
    own = [row for row in rows if row["manifest_url"] == "u0"]
    assert [r["value"] for r in own if r["part"] == "cell"] == [c["value"] for c in first["cells"]]
    assert [r["name"] for r in own if r["part"] == "figure"] == [f["label"] for f in first["figures"]]


def values(record, part):
    return [(item.get("value"), item["unit"]) for item in record[part]]


def test_parquet_has_a_file_a_table(batch):
    pq = pytest.importorskip("pyarrow.parquet", reason="needs the batch extra")
    tables = {path.stem: pq.read_table(path).to_pylist() for path in batch["parquet"].iterdir()}
    assert set(tables) == {"records", "cells", "figures", "indicators", "checks", "warnings"}
    assert [(r["report"], r["manifest_url"], r["agency"]) for r in tables["records"]] == [
        (i, r["manifest"]["url"], r["meta"]["agency"]) for i, r in zip((0, 2), records(batch["jsonl"]), strict=True)
    ]
    for part in ("cells", "figures", "indicators"):
        for position, record in zip((0, 2), records(batch["jsonl"]), strict=True):
            own = [row for row in tables[part] if row["report"] == position]
            assert [(r["value_text"], r["unit"]) for r in own] == values(record, part)
            assert [r["value"] for r in own] == [v and Decimal(v) for v, _ in values(record, part)]
    witnesses = [i["cells"] for r in records(batch["jsonl"]) for i in r["indicators"]]
    assert [r["cells"] for r in tables["indicators"]] == witnesses


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_databases_have_a_table_of_failures_too(batch, kind):
    if kind == "duckdb":
        connection = pytest.importorskip("duckdb", reason="needs the batch extra").connect(str(batch[kind]))
    else:
        connection = sqlite3.connect(batch[kind])

    def rows(query):
        return connection.execute(query).fetchall()

    try:
        assert rows("select report, category, manifest_url from failures") == [(1, "not_found", "u1")]
        text = "value" if kind == "sqlite" else "value_text"
        for part in ("cells", "figures", "indicators"):
            for position, record in zip((0, 2), records(batch["jsonl"]), strict=True):
                assert rows(f"select {text}, unit from {part} where report = {position}") == values(record, part)  # noqa: S608
        ((joined,),) = rows("select count(*) from cells join records using (report) where records.agency like '%第0局'")
        assert joined == len(records(batch["jsonl"])[0]["cells"])
    finally:
        connection.close()


def test_every_column_of_a_row_is_in_its_table():
    (record,) = Extractor(PLAIN)([Item(0, str(SAMPLES / "2019-bureau.html"), {"note": "x"})])
    tables = schemas(["note"])
    for name, row in rows_of(7, record):
        assert set(row) <= set(tables[name])
        assert row["report"] == 7


@pytest.mark.parametrize(
    ("value", "fits"), [("150000000", True), ("0.0000000001", True), ("0.00000000001", False), ("1" + "0" * 28, False)]
)
def test_decimals_stay_exact_and_those_too_long_stay_as_text(value, fits):
    cell = CellValue(indicator="a", value=Decimal(value), unit="件", text="", start=0, end=0, row="", column="")
    record = Record(source=Source(path="a", format="txt", sha256="", characters=0), meta=Meta(), cells=(cell,))
    row = dict(rows_of(0, record))["cells"]
    assert row["value"] == (Decimal(value) if fits else None)
    assert row["value_text"] == value


@pytest.mark.parametrize(("module", "suffix"), [("pyarrow.parquet", "parquet"), ("duckdb", "duckdb")])
def test_a_missing_extra_is_named_before_any_work_is_done(tmp_path, monkeypatch, module, suffix):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"gxnlp\[batch\]"):
        run(SAMPLES, tmp_path / f"out.{suffix}", settings=PLAIN)
    assert not list(tmp_path.iterdir())


def test_outputs_that_make_no_sense(tmp_path):
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "file.parquet").touch()
    for path, words in [
        (tmp_path / "out.xlsx", "does not tell the format"),
        (tmp_path / "none" / "out.csv", "there is no folder"),
        (tmp_path / "folder.jsonl", "there is a folder of that name"),
        (tmp_path / "file.parquet", "there is a file of that name"),
    ]:
        with pytest.raises(ConfigError, match=words):
            check_output(path)
    with pytest.raises(ConfigError, match="failures are listed"):
        check_output(tmp_path / "out.csv", tmp_path / "errors.xml")
