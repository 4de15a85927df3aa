import csv
import io
from decimal import Decimal

import pytest
from rich.console import Console

from gxnlp import schema
from gxnlp.report.export import COLUMNS, csv_rows, print_record, write_csv


def record():
    cell = {"unit": "件", "text": "7", "start": 10, "end": 11, "row": "一、本年新收", "column": "总计"}
    said = {"label": "requests_received", "indicator": "requests.new.total", "value": Decimal(9)}
    figure = said | {"text": "9件", "start": 40, "end": 42, "unit": "件", "sentence_start": 30, "sentence_end": 50}
    return schema.Record(
        source=schema.Source(path="a,b.txt", format="txt", sha256="0" * 64, characters=99),
        meta=schema.Meta(agency="青山市[财政]局", year=2021, form="2021"),
        cells=(
            schema.CellValue(indicator="requests.new.total", value=Decimal("7"), page=2, **cell),
            schema.CellValue(indicator="reviews.total", value=None, **{**cell, "text": "/", "row": "行政复议"}),
            schema.CellValue(indicator="lawsuits.total", value=Decimal(0), **{**cell, "row": "行政诉讼"}),
        ),
        figures=(schema.Figure(**figure),),
        indicators=(
            schema.Indicator(
                indicator="requests.new.total", value=Decimal(7), unit="件", status="conflict",
                cells=(0,), figures=(0,), other_values=(Decimal(9),),
            ),
        ),
        checks=(schema.Check(id="sum", expression="a = b", left=Decimal(1), right=Decimal(2), status="fail"),),
        warnings=(schema.Warning(code="odd", message="something [odd]\nhere", start=5),),
    )  # fmt: skip


def test_long_rows_hold_every_part_and_name_their_report():
    rows = list(csv_rows(record()))
    assert [r["part"] for r in rows] == ["cell", "cell", "cell", "figure", "indicator", "check", "warning"]
    assert {(r["path"], r["agency"], r["year"]) for r in rows} == {("a,b.txt", "青山市[财政]局", 2021)}
    assert all(tuple(r) == COLUMNS for r in rows)
    assert rows[1]["value"] == ""
    assert (rows[4]["status"], rows[4]["text"]) == ("conflict", "9")


def test_csv_reads_back():
    file = io.StringIO(newline="")
    write_csv([record(), record()], file)
    file.seek(0)
    rows = list(csv.DictReader(file))
    assert len(rows) == 14
    assert rows[0]["path"] == "a,b.txt"
    assert rows[6]["text"] == "something [odd]\nhere"


def test_the_table_shows_values_places_and_findings():
    file = io.StringIO()
    print_record(record(), Console(file=file, width=200))
    shown = file.getvalue()
    for words in (
        "青山市[财政]局",
        "7 件",
        "p. 2",
        "blank",
        "1 more rows",
        "40-42",
        "requests_received",
        "something [odd]",
    ):
        assert words in shown
    assert "conflict requests.new.total: 7 against 9" in shown
    assert "fail sum: a = b: 1 is not 2" in shown


def test_an_empty_record_prints():
    file = io.StringIO()
    empty = schema.Record(source=schema.Source(path=None, format="txt", sha256="", characters=0), meta=schema.Meta())
    print_record(empty, Console(file=file, width=80))
    assert "body not named" in file.getvalue()


@pytest.mark.issue("12,605,000.0 元 where the form says 1260.5万元")
def test_values_show_no_zeros_that_carry_nothing():
    cell = record().cells[0].model_copy(update={"value": Decimal("1260.5") * 10000, "unit": "元"})
    file = io.StringIO()
    print_record(record().model_copy(update={"cells": (cell,)}), Console(file=file, width=200))
    assert "12,605,000 元" in file.getvalue()
