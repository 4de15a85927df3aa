import csv
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pyarrow.parquet as pq
import pytest
from panel_records import BODY, figure, record

from gxnlp.errors import ConfigError, RecordError
from gxnlp.panel import PanelSettings, build_panel
from gxnlp.panel.summary import render_summary, summarise, summary_lines
from gxnlp.panel.writing import TABLES, PanelFormat, check_folder, write_panel

IN, OUT = "requests.carried_in.total", "requests.carried_out.total"


@pytest.fixture(scope="module")
def panel():
    records = [
        record(year=2018, values={OUT: 3, "disclosure.fees.amount": "12345678901234567890.25"}),
        record(year=2020, values={OUT: 4, IN: 1}, figures=[figure("items_total", 12)], path="<b>&.txt"),
        record(year=2021, values={OUT: 0, IN: 5}, path="<script>alert(1)</script>"),
        record(year=2021, values={OUT: 0}),
        record(None),
    ]
    built = build_panel(records, settings=PanelSettings(texts=False))
    built.errors = (RecordError("a.jsonl", 7, "it is <none>"),)
    return built


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_tables_are_written(panel, tmp_path):
    write_panel(panel, tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"summary.html", *(f"{t}.{s}" for t in TABLES for s in ("csv", "parquet"))}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_csv_is_exact_and_without_empty_decimals(panel, tmp_path):
    write_panel(panel, tmp_path / "out", format=PanelFormat.CSV)
    wide = rows(tmp_path / "out" / "wide.csv")
    assert [(r["body"], r["year"], r[OUT], r[IN]) for r in wide] == [
        (BODY, "2018", "3", ""), (BODY, "2020", "4", "1"), (BODY, "2021", "0", "5"),
    ]  # fmt: skip
    assert wide[0]["disclosure.fees.amount"] == "12345678901234567890.25"
    long = rows(tmp_path / "out" / "long.csv")
    assert [r["value"] for r in long if r["name"] == OUT] == ["3", "4", "0"]
    assert {r["stands"] for r in long} == {"true"}
    coverage = rows(tmp_path / "out" / "coverage.csv")
    assert coverage == [{"body": BODY, "2018": "2", "2019": "", "2020": "3", "2021": "2"}]
    assert rows(tmp_path / "out" / "errors.csv") == [
        {"records_file": "a.jsonl", "records_line": "7", "cause": "it is <none>"}
    ]
    assert not list((tmp_path / "out").glob("*.parquet"))


def test_parquet_reads_back(panel, tmp_path):
    write_panel(panel, tmp_path / "out", format=PanelFormat.PARQUET)
    long = pq.read_table(tmp_path / "out" / "long.parquet")
    assert str(long.schema.field("value").type) == "decimal128(38, 10)"
    assert long.num_rows == len(panel.long())
    wide = pd.read_parquet(tmp_path / "out" / "wide.parquet").set_index(["body", "year"])
    pd.testing.assert_frame_equal(wide, panel.wide(), check_names=False, check_index_type=False)
    checks = pd.read_parquet(tmp_path / "out" / "checks.parquet")
    assert checks["status"].tolist() == ["fail", "not_assessable"]


def test_an_older_panel_is_replaced_and_nothing_else_is(panel, tmp_path):
    out = tmp_path / "out"
    write_panel(panel, out)
    write_panel(panel, out, format=PanelFormat.CSV)
    assert not list(out.glob("*.parquet"))
    (out / "thesis.docx").write_text("mine")
    with pytest.raises(ConfigError, match=r"thesis\.docx"):
        write_panel(panel, out)
    assert (out / "thesis.docx").read_text() == "mine"
    with pytest.raises(ConfigError, match="is a file"):
        check_folder(out / "wide.csv")
    with pytest.raises(ConfigError, match="there is no folder"):
        check_folder(tmp_path / "no" / "such")


def test_a_failed_write_leaves_what_stood_there(panel, tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_panel(panel, out, format=PanelFormat.CSV)
    before = (out / "wide.csv").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gxnlp.panel.writing.render_summary", full)
    with pytest.raises(OSError, match="No space"):
        write_panel(panel, out)
    assert (out / "wide.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_summary_counts(panel):
    summary = summarise(panel)
    assert (summary.read, summary.reports, summary.surplus, summary.unplaced) == (5, 3, 1, 1)
    assert (summary.years, summary.gaps, summary.set_aside) == ((2018, 2021), 1, 1)
    carried = next(c for c in summary.checks if c.kind == "carried")
    assert (carried.passed, carried.failed, carried.not_assessable) == (0, 1, 0)
    text = "\n".join(summary_lines(summary))
    assert "3 reports of 1 bodies, 2018 to 2021" in text
    assert "issue body_missing: 1" in text


def test_the_page_escapes_what_reports_say(panel):
    page = render_summary(panel)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "it is &lt;none&gt;" in page


def test_the_page_has_plots_that_are_well_formed_and_always_the_same(panel):
    page = render_summary(panel)
    plots = [piece.partition("</svg>")[0] for piece in page.split("<svg")[1:]]
    assert len(plots) == 4
    for plot in plots:
        ElementTree.fromstring(f"<svg{plot}</svg>")  # noqa: S314 - drawn here
    assert page == render_summary(panel)


def test_an_empty_panel_has_a_page():
    page = render_summary(build_panel([]))
    assert "<svg" not in page
    assert "<b>0</b>reports" in page
