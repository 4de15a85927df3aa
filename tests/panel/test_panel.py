from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_records import BODY, figure, record

import gxnlp
from gxnlp.panel import PanelSettings, build_panel, read_panel
from gxnlp.schema import plain_decimal

SETTINGS = PanelSettings(texts=False)
PLACE = ["records_line"]  # where a record stood is all that order may change


def build(*records):
    return build_panel(records, settings=SETTINGS)


def test_wide_is_body_by_year_by_indicator():
    wide = build(record(year=2021, values={"a.b": 2}), record(year=2020, values={"a.b": 1, "a.c": None})).wide()
    assert wide.index.tolist() == [(BODY, 2020), (BODY, 2021)]
    assert wide.columns.tolist() == ["a.b", "a.c"]
    assert wide["a.b"].tolist() == [1.0, 2.0]
    assert wide["a.c"].isna().all()


def test_a_report_without_a_value_has_a_row_all_the_same():
    wide = build(record(year=2020), record(year=2021, values={"a.b": 1})).wide()
    assert wide["a.b"].isna().tolist() == [True, False]


def test_values_stay_exact():
    value = "9007199254740993.0000000001"  # one more than floats can count
    built = build(record(values={"a.b": value}))
    assert built.long()["value"].tolist() == [Decimal(value)]
    assert built.wide(exact=True)["a.b"].tolist() == [Decimal(value)]
    assert built.wide()["a.b"].tolist() == [9007199254740992.0]


def test_a_value_too_long_for_the_panel_is_told():
    built = build(record(values={"a.b": "1" + "0" * 30}))
    assert built.wide()["a.b"].isna().all()
    (issue,) = built.issues.itertuples()
    assert (issue.code, issue.message) == ("value_too_long", f"a.b is 1{'0' * 30}")


def test_long_keeps_parts_with_subject_and_period_and_wide_only_the_whole():
    figures = [
        figure("items_total", 120),
        figure("items_category", 50, start=20, subject="工作动态"),
        figure("items_total", 90, start=40, period="2020"),
    ]
    built = build(record(values={"a.b": 1}, figures=figures))
    long = built.long()
    assert long["name"].tolist() == ["a.b", "prose.items_total", "prose.items_category", "prose.items_total"]
    assert long["stands"].tolist() == [True, True, False, False]
    assert long["subject"].fillna("").tolist() == ["", "", "工作动态", ""]
    assert long["period"].tolist() == ["year", "year", "year", "2020"]
    assert built.wide().columns.tolist() == ["a.b", "prose.items_total"]


def test_only_the_chosen_version_is_in_the_panel_and_the_others_are_counted():
    built = build(record(values={"a.b": 1, "a.c": 5}, path="2"), record(values={"a.b": 2}))
    assert built.wide().to_dict("list") == {"a.b": [1.0], "a.c": [5.0]}
    assert built.versions["chosen"].tolist() == [True, False]
    assert built.versions["differing"].tolist() == [0, 2]


def test_coverage_shows_what_is_missing_between():
    values = {"a.b": 1}
    built = build(record(year=2018, values=values), record(year=2021, values=values), record("青山市教育局", 2021))
    assert built.coverage.columns.tolist() == [2018, 2019, 2020, 2021]
    assert built.coverage.loc[BODY].isna().tolist() == [False, True, True, False]
    assert built.coverage.loc["青山市教育局", 2021] == 0
    bodies = built.bodies.set_index("body")
    assert bodies["missing_years"].to_dict() == {BODY: "2019 2020", "青山市教育局": ""}
    assert built.indicators.to_dict("records") == [
        {"name": "a.b", "units": "件", "filled": 2, "share": 0.6667, "first_year": 2018, "last_year": 2021}
    ]
    assert built.fill.loc["a.b"].tolist() == [1.0, 0.5]


def test_names_of_one_body_are_told():
    built = build(record("青山市工信局", 2019), record("青山市工业和信息化局", 2020))
    assert built.bodies["names"].tolist() == ["青山市工业和信息化局; 青山市工信局"]


def test_an_empty_panel_has_all_its_columns():
    built = build()
    assert built.wide().empty
    assert built.long().columns.tolist()[:4] == ["body", "year", "part", "name"]
    assert built.versions.columns.tolist()[:3] == ["body", "year", "chosen"]
    assert build(record(None)).wide().empty


def test_records_that_extract_writes_can_be_read(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_text(record(values={"a.b": 1}).to_json(indent=None) + "\nnonsense\n", "utf-8")
    built = read_panel(path, settings=SETTINGS)
    assert built.wide()["a.b"].tolist() == [1.0]
    assert [(e.source, e.line) for e in built.errors] == [(str(path), 2)]
    with pytest.raises(gxnlp.ReadError):
        read_panel(tmp_path / "missing.jsonl")


def test_a_sample_report_goes_all_the_way():
    found = gxnlp.extract("samples/2021-district.md", figures=False)
    wide = build(found).wide(exact=True)
    expected = {i.indicator: i.value for i in found.indicators}
    assert {name: wide[name].iloc[0] for name in wide.columns} == expected


VALUES = st.dictionaries(
    st.sampled_from(["a.b", "a.c", "b.d", "requests.carried_in.total", "requests.carried_out.total"]),
    st.none() | st.decimals(min_value=0, max_value=10**12, places=3).map(plain_decimal),
)
RECORDS = st.lists(
    st.builds(
        record,
        st.sampled_from([BODY, "青山市教育局", "青山市教体局", None]),
        st.integers(2018, 2021) | st.none(),
        VALUES,
    ),
    max_size=8,
)


@settings(max_examples=25)
@given(RECORDS, st.randoms())
def test_the_order_of_records_does_not_matter(records, random):
    shuffled = random.sample(records, len(records))
    one, two = build(*records), build(*shuffled)
    for name in ("versions", "bodies", "coverage", "indicators", "fill", "checks", "issues"):
        first, second = (getattr(p, name).drop(columns=PLACE, errors="ignore") for p in (one, two))
        pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(one.wide(exact=True), two.wide(exact=True))
    columns = ["body", "year", "name", "value"]
    assert one.long()[columns].astype(object).values.tolist() == two.long()[columns].astype(object).values.tolist()


@settings(max_examples=25)
@given(RECORDS)
def test_wide_and_long_hold_the_same_values(records):
    built = build(*records)
    long = built.long()
    standing = long[long["stands"] & long["value"].notna()]
    flat = {
        (body, year, name): value
        for body, year, name, value in standing[["body", "year", "name", "value"]].itertuples(index=False, name=None)
    }
    wide = built.wide(exact=True)
    rows = {(*key, name): wide.loc[key, name] for key in wide.index for name in wide.columns}
    assert {key: value for key, value in rows.items() if value is not None} == flat
    pd.testing.assert_frame_equal(wide.astype(float), built.wide())
