from decimal import Decimal

from panel_records import record

from gxnlp.panel import PanelSettings, build_panel

SETTINGS = PanelSettings(texts=False)
IN, OUT = "requests.carried_in.total", "requests.carried_out.total"
STEM = "disclosure.regulations"


def checks(*records):
    frame = build_panel(records, settings=SETTINGS).checks
    return {(row.id, row.year): row for row in frame.itertuples()}


def test_requests_carried_over():
    found = checks(
        record(year=2020, values={OUT: 3, IN: 0}),
        record(year=2021, values={OUT: 4, IN: 3}),
        record(year=2022, values={OUT: 0, IN: 5}),
    )
    outcome = {year: (row.status, row.left, row.right) for (_, year), row in found.items()}
    assert outcome == {2021: ("pass", Decimal(3), Decimal(3)), 2022: ("fail", Decimal(5), Decimal(4))}
    failed = found["carried.total", 2022]
    assert (failed.start, failed.end, failed.path, failed.records_line) == (10, 15, "report.txt", 3)
    assert failed.detail == f"{IN} 2022 = {OUT} 2021"


def test_each_applicant_is_checked():
    found = checks(
        record(year=2020, values={"requests.carried_out.company": 1, OUT: 1}),
        record(year=2021, values={"requests.carried_in.company": 0, IN: 1}),
    )
    assert {id: row.status for (id, _), row in found.items()} == {"carried.company": "fail", "carried.total": "pass"}


def test_a_blank_or_missing_value_is_not_assessable():
    found = checks(
        record(year=2020, values={OUT: None}), record(year=2021, values={IN: 2, OUT: 1}), record(year=2022, values={})
    )
    assert {year: row.status for (_, year), row in found.items()} == {2021: "not_assessable", 2022: "not_assessable"}


def test_years_that_do_not_follow_each_other_are_not_compared():
    assert checks(record(year=2019, values={OUT: 3}), record(year=2021, values={IN: 0})) == {}


def test_bodies_are_not_compared_with_each_other():
    other = record("青山市教育局", 2021, {IN: 0})
    assert checks(record(year=2020, values={OUT: 3}), other) == {}


def test_documents_in_force():
    stock = {f"{STEM}.in_force": 10, f"{STEM}.issued": 1, f"{STEM}.repealed": 2}
    found = checks(
        record(year=2021, values=stock),
        record(year=2022, values={**stock, f"{STEM}.in_force": 9}),
        record(year=2023, values={**stock, f"{STEM}.in_force": 9}),
        record(year=2024, values={f"{STEM}.in_force": 8, f"{STEM}.issued": None, f"{STEM}.repealed": 1}),
    )
    assert {year: (row.status, row.right) for (_, year), row in found.items() if year < 2024} == {
        2022: ("pass", Decimal(9)),
        2023: ("fail", Decimal(8)),
    }
    assert found["in_force.regulations", 2024].status == "not_assessable"


def test_the_chosen_version_is_checked():
    found = checks(
        record(year=2020, values={OUT: 3, IN: 0}),
        record(year=2020, values={OUT: 9}),
        record(year=2021, values={IN: 3}),
    )
    assert found["carried.total", 2021].status == "pass"
