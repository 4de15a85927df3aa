import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp import schema
from gxnlp.errors import FormError
from gxnlp.forms.loader import load_forms
from gxnlp.report.meanings import Meanings, default_meanings
from gxnlp.report.merge import merge

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))


def cell(indicator, value, unit="件"):
    number = None if value is None else Decimal(value)
    return schema.CellValue(
        indicator=indicator, value=number, unit=unit, text=str(value or "/"), start=0, end=1, row="", column=""
    )


def figure(text, words, label, **changes):
    """Make the figure whose words stand in a text, its value read off its digits."""
    start = text.index(words)
    sentence_start = max(text.rfind(c, 0, start) for c in "。\n") + 1
    digits = "".join(c for c in words if c.isdigit())
    given_values = {
        "value": Decimal(digits or 0),
        "unit": words.lstrip("0123456789") if digits else "",
        "implied": not digits,
        "sentence_start": sentence_start,
        "sentence_end": (text.find("。", start) + 1) or len(text),
        **changes,
    }
    return schema.Figure(label=label, text=words, start=start, end=start + len(words), **given_values)


def joined(text, cells, figures, **options):
    linked, indicators = merge(text, cells, figures, **options)
    return linked, {i.indicator: i for i in indicators}


RECEIVED = "全年共收到政府信息公开申请107件。"


def test_agreement_has_both_witnesses():
    linked, rows = joined(
        RECEIVED, [cell("requests.new.total", 107)], [figure(RECEIVED, "107件", "requests_received", subject="申请")]
    )
    row = rows["requests.new.total"]
    assert (row.status, row.cells, row.figures, row.other_values) == ("agree", (0,), (0,), ())
    assert linked[0].indicator == "requests.new.total"


def test_conflict_keeps_both_values_and_the_tables_stands():
    _, rows = joined(RECEIVED, [cell("requests.new.total", 105)], [figure(RECEIVED, "107件", "requests_received")])
    row = rows["requests.new.total"]
    assert (row.status, row.value, row.other_values) == ("conflict", 105, (107,))


def test_received_may_mean_new_and_carried_in():
    cells = [cell("requests.new.total", 100), cell("requests.carried_in.total", 7)]
    _, rows = joined(RECEIVED, cells, [figure(RECEIVED, "107件", "requests_received")])
    assert [r.status for r in rows.values()] == ["agree", "agree"]


def test_lawsuits_sum_both_groups():
    text = "因政府信息公开引起的行政诉讼3件。"
    cells = [cell("lawsuits.direct.total", 1), cell("lawsuits.after_review.total", 2)]
    _, rows = joined(text, cells, [figure(text, "3件", "lawsuits", subject="行政诉讼")])
    assert {n: r.status for n, r in rows.items()} == {
        "lawsuits.direct.total": "agree",
        "lawsuits.after_review.total": "agree",
    }
    _, rows = joined(text, [cells[0], cells[0].model_copy(update={"indicator": "lawsuits.after_review.total"})],
                     [figure(text, "3件", "lawsuits", subject="行政诉讼")])  # fmt: skip
    total = rows["lawsuits.total"]
    assert (total.status, total.value, total.other_values, total.cells) == ("conflict", 2, (3,), (0, 1))
    assert rows["lawsuits.direct.total"].status == "table_only"


@pytest.mark.parametrize("period", ["cumulative", "2019"])
def test_other_periods_never_meet_this_year(period):
    linked, rows = joined(
        RECEIVED,
        [cell("requests.new.total", 5)],
        [figure(RECEIVED, "107件", "requests_received", period=period)],
        year=2020,
    )
    assert rows["requests.new.total"].status == "table_only"
    assert linked[0].indicator is None


def test_the_reports_own_year_by_number_is_this_year():
    _, rows = joined(
        RECEIVED,
        [cell("requests.new.total", 107)],
        [figure(RECEIVED, "107件", "requests_received", period="2020")],
        year=2020,
    )
    assert rows["requests.new.total"].status == "agree"


@pytest.mark.parametrize(
    ("text", "words", "label", "indicator"),
    [
        ("全年制定政策文件9件。", "9件", "docs_issued", "disclosure.normative_documents.issued"),
        ("将3件部门规范性文件引用到库中。", "3件", "docs_in_force", "disclosure.normative_documents.in_force"),
        ("规范性文件到期失效4份。", "4份", "docs_repealed", "disclosure.normative_documents.repealed"),
        ("其中涉及征地的申请12件。", "12件", "requests_received", "requests.new.total"),
        ("上半年收到申请40件。", "40件", "requests_received", "requests.new.total"),
        ("全年没有产生信息公开处理费。", "没有产生", "fees", "disclosure.fees.amount"),
        ("公示行政处罚信息88条。", "88条", "penalties", "disclosure.penalties.decisions"),
        ("为企业办理各类服务事项373件。", "373件", "permits", "disclosure.permits.decisions"),
        ("复议机关全年办理行政复议案件132件。", "132件", "reviews", "reviews.total"),
        ("全市各级行政机关收到政府信息公开申请900件。", "900件", "requests_received", "requests.new.total"),
        ("组织企业培训会63期。", "63期", "trainings", "statistics.trainings.total"),
    ],
)
def test_what_looks_alike_is_no_conflict(text, words, label, indicator):
    linked, rows = joined(text, [cell(indicator, 5)], [figure(text, words, label)])
    assert rows[indicator].status == "table_only"
    assert linked[0].indicator != indicator


@pytest.mark.parametrize(
    ("text", "words", "label", "indicator"),
    [
        ("制发规范性文件14份、废止3份。", "3份", "docs_repealed", "disclosure.normative_documents.repealed"),
        ("制发规范性文件14份、废止3份。", "14份", "docs_issued", "disclosure.normative_documents.issued"),
        ("制定规章2件。", "2件", "docs_issued", "disclosure.regulations.issued"),
        ("办结103件,结转下年度继续办理4件。", "4件", "requests_carried_over", "requests.carried_out.total"),
        ("上年结转申请6件。", "6件", "requests_carried_over", "requests.carried_in.total"),
        ("予以公开45件,部分公开17件。", "17件", "requests_completed", "requests.results.partly_granted.total"),
        ("予以公开45件,部分公开17件。", "45件", "requests_completed", "requests.results.granted.total"),
        ("没有行政复议、行政诉讼。", "没有", "reviews", "reviews.total"),
        ("行政复议维持1件。", "1件", "reviews", "reviews.upheld"),
        ("通过网络申请90件。", "90件", "requests_received", "statistics.requests.online"),
        ("作出行政处罚决定9352件。", "9352件", "penalties", "disclosure.penalties.decisions"),
        ("收取行政事业性收费7832元。", "7832元", "fees", "disclosure.fees.amount"),
        ("收取政府信息公开信息处理费120元。", "120元", "fees", "fees.information.amount_collected"),
    ],
)
def test_meanings(text, words, label, indicator):
    value = figure(text, words, label)
    linked, rows = joined(text, [cell(indicator, value.value)], [value])
    assert rows[indicator].status == "agree"
    assert linked[0].indicator == indicator


def test_refusals_sum_all_their_rows():
    text = "不予公开5件。"
    parts = [cell(f"requests.results.refused.{n}.total", v) for n, v in (("state_secret", 2), ("third_party", 3))]
    _, rows = joined(text, parts, [figure(text, "5件", "requests_completed", subject="不予公开")])
    assert {r.status for r in rows.values()} == {"agree"}
    _, rows = joined(text, [*parts[:1], cell("requests.results.refused.third_party.total", None)],
                     [figure(text, "5件", "requests_completed", subject="不予公开")])  # fmt: skip
    assert rows["requests.results.refused.all.total"].status == "prose_only"


def test_qualified_figures_agree_with_what_they_allow():
    text = "全年收到申请100余件。"
    said = figure(text, "100余件", "requests_received", unit="件", qualifier=schema.Qualifier.MORE_THAN, subject="申请")
    for value, status in ((104, "agree"), (98, "conflict")):
        _, rows = joined(text, [cell("requests.new.total", value)], [said])
        assert rows["requests.new.total"].status == status


def test_a_number_of_two_things_at_once_conflicts_with_neither():
    text = "发生政府信息公开行政复议和行政诉讼共3件。"
    figures = [figure(text, "3件", label, subject=None) for label in ("reviews", "lawsuits")]
    _, rows = joined(text, [cell("reviews.total", 2), cell("lawsuits.total", 1)], figures)
    assert {r.status for r in rows.values()} == {"table_only"}


@pytest.mark.parametrize(("score", "status"), [(0.3, "table_only"), (0.77, "table_only"), (0.9, "conflict")])
def test_an_unsure_figure_is_no_conflict(score, status):
    said = figure(RECEIVED, "107件", "requests_received", score=score)
    _, rows = joined(RECEIVED, [cell("requests.new.total", 5)], [said])
    assert rows["requests.new.total"].status == status


def test_blank_cells_and_missing_rows_leave_prose_alone():
    for cells in ([cell("requests.new.total", None)], []):
        _, rows = joined(RECEIVED, cells, [figure(RECEIVED, "107件", "requests_received")])
        row = rows["requests.new.total"]
        assert (row.status, row.value, row.figures) == ("prose_only", 107, (0,))


def test_two_cells_of_one_indicator_that_differ():
    _, rows = joined("", [cell("requests.new.total", 5), cell("requests.new.total", 6)], [])
    row = rows["requests.new.total"]
    assert (row.status, row.cells, row.other_values) == ("conflict", (0, 1), (6,))


def test_every_indicator_named_is_one_of_a_form_or_a_sum_of_its_rows():
    known = {name for f in load_forms() for name in f.slots}
    sums = {n for n in default_meanings().indicators - known if not n.endswith(".all.total")}
    assert sums == {"lawsuits.pending"}


@pytest.mark.parametrize("entry", [{"label": "x", "indicator": "y", "wen": "z"}, {"label": "x"},
                                   {"label": "x", "indicator": "y", "when": "("}])  # fmt: skip
def test_broken_data_is_named(entry):
    with pytest.raises(FormError, match="meaning 1"):
        Meanings({"everywhere": "共", "narrow": "其中", "meaning": [entry]})


LABELS = ["requests_received", "requests_completed", "reviews", "fees", "items_total", "docs_issued", "other"]


@given(
    st.lists(st.tuples(st.sampled_from(LABELS), st.integers(0, 30)), max_size=6),
    st.lists(st.tuples(st.sampled_from(["requests.new.total", "reviews.total"]), st.integers(0, 30)), max_size=3),
)
def test_nothing_is_lost(said, told):
    text = "".join(f"共收到规范性文件申请{value}件。" for _, value in said)
    figures, at = [], 0
    for label, value in said:
        at = text.index(f"{value}件", at)
        figures.append(figure(text[: at + 12], f"{value}件", label, value=Decimal(value)))
        at += 1
    cells = [cell(n, v) for n, v in told]
    linked, indicators = merge(text, cells, figures)
    assert [f.model_copy(update={"indicator": None}) for f in linked] == figures
    assert sorted(i for row in indicators for i in row.cells) == list(range(len(cells)))
    for row in indicators:
        stated = {row.value, *row.other_values}
        assert {cells[i].value for i in row.cells} <= stated
        if len(row.cells) == 1 and row.status == "conflict":
            assert {figures[i].value for i in row.figures} & set(row.other_values)


GOLD_STATUS = {
    "000": {"agree": 4, "conflict": 0},
    "001": {"agree": 1, "conflict": 0},
    "002": {"agree": 2, "conflict": 0},
    "003": {"agree": 8, "conflict": 1},
    "004": {"agree": 10, "conflict": 0},
}
"""Rows by status: an agreement of one figure with two rows counts for each, as do the three rows of a denied fee."""


@pytest.mark.skipif(not SEEDS, reason="the shared reports are not beside this checkout")
@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem[:3])
def test_reconciliation_of_the_shared_reports(path):
    text = path.read_text("utf-8")
    gold = SHARED / "gold" / path.stem
    cells = [cell(n, v) for n, v in json.loads(gold.with_name(f"{path.stem}.cells.json").read_text("utf-8")).items()]
    figures = []
    for item in json.loads(gold.with_name(f"{path.stem}.figures.json").read_text("utf-8")):
        start = max(text.rfind(c, 0, item["start"]) for c in "。\n") + 1
        end = min(i for c in "。\n" if (i := text.find(c, item["end"])) >= 0)
        figures.append(schema.Figure(**item, sentence_start=start, sentence_end=end))
    year = json.loads(gold.with_name(f"{path.stem}.meta.json").read_text("utf-8"))["year"]
    _, rows = joined(text, cells, figures, year=year)
    counts = {s: sum(r.status == s for r in rows.values()) for s in ("agree", "conflict")}
    assert counts == GOLD_STATUS[path.stem[:3]]
    if counts["conflict"]:
        row = rows["disclosure.normative_documents.in_force"]
        assert (row.status, row.value, row.other_values) == ("conflict", 43, (47, 45))
