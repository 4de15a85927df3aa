import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_records import failing_check, figure, record

from gxnlp.panel.records import entries_of
from gxnlp.panel.reduction import reduce_record
from gxnlp.panel.versions import choose_versions

SPARSE, FULL = {"a.b": 1}, {"a.b": 1, "a.c": 2}


def versions(*records):
    reports = [reduce_record(entry)[0] for entry in entries_of(records)]
    return choose_versions(reports), reports


def chosen(*records):
    (one,) = (v for v in versions(*records)[0] if v.chosen)
    return one.report, one.reason


def test_the_only_one():
    assert chosen(record()) == (0, "the only one")


def test_the_one_published_last_is_chosen_where_all_are_dated():
    early = record(values=FULL, manifest={"published": "2022-01-30"})
    late = record(values=SPARSE, manifest={"published": "2022年3月1日"})
    assert chosen(early, late) == (1, "published last (2022-03-01; another 2022-01-30)")
    undated = record(values=SPARSE)
    assert chosen(early, undated)[0] == 0
    assert "most indicators filled" in chosen(undated, early)[1]


@pytest.mark.parametrize(
    ("better", "worse", "reason"),
    [
        (record(values=FULL), record(values=SPARSE), "most indicators filled (2; another 1)"),
        (record(values=FULL), record(values={**SPARSE, "a.c": None}), "most indicators filled (2; another 1)"),
        (
            record(values=FULL, path="2"),
            record(values=FULL, checks=[failing_check()]),
            "fewest sums that fail (0; another 1)",
        ),
        (
            record(values=FULL, figures=[figure("staff", 1)], path="2"),
            record(values=FULL),
            "most figures in the prose (1; another 0)",
        ),
    ],
)
def test_the_rule(better, worse, reason):
    assert chosen(better, worse) == (0, reason)
    assert chosen(worse, better) == (1, reason)


def test_copies_of_one_file_are_told():
    first, second = record(path="a", content="x"), record(path="b", content="x")
    found, reports = versions(second, first)
    assert [(reports[v.report].path, v.chosen, v.reason, v.of) for v in found] == [
        ("a", True, "one of several copies of the same file", 2),
        ("b", False, "a copy of the one chosen", 2),
    ]


def test_what_is_no_report_or_has_no_body_or_year_is_kept_apart():
    found, _ = versions(record(), record(None), record(year=None), record(warnings=["not_a_report"]))
    assert {v.report: (v.chosen, v.of, v.reason) for v in found} == {
        0: (True, 1, "the only one"),
        1: (False, 0, "its body is not known"),
        2: (False, 0, "its year is not known"),
        3: (False, 0, "it is no report"),
    }


def test_names_of_one_body_meet():
    found, _ = versions(record("青山市工信局", 2019), record("青山市工业和信息化局", 2020))
    assert [(v.body, v.year) for v in found] == [("青山市工业和信息化局", 2019), ("青山市工业和信息化局", 2020)]


POOL = [
    record(body, year, values, path=path, content=content, manifest=manifest)
    for body in ("青山市财政局", "青山市教育局", None)
    for year in (2020, 2021)
    for values in (SPARSE, FULL)
    for path, content, manifest in (("a", "x", None), ("b", "x", None), ("c", None, {"published": "2022-01-01"}))
]


@given(st.permutations(POOL))
def test_the_order_of_input_does_not_matter(shuffled):
    def told(records):
        found, reports = versions(*records)
        return [(v.body, v.year, v.chosen, v.reason, v.of, reports[v.report].digest) for v in found]

    assert told(shuffled) == told(POOL)
