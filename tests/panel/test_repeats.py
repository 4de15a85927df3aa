from decimal import Decimal
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_records import BODY, figure, record

import gxnlp
from gxnlp.panel import PanelSettings, build_panel
from gxnlp.panel.repeats import repeated_runs

FRAME = """{body}{year}年政府信息公开工作年度报告
一、总体情况
{prose}
二、主动公开政府信息情况
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t53
"""
OLD = (
    "本局认真贯彻落实条例要求，健全信息公开制度，完善审核流程，全年主动公开政府信息一百二十条，群众满意度稳步提高。",
    "围绕财政预算、政府采购、惠企政策等重点领域，及时发布权威信息，主动回应社会关切，接受各界监督。",
    "加强平台建设，改版门户网站，优化检索功能，方便企业和群众查找政策文件，受到广泛好评。",
    "组织业务培训，提升经办人员能力，落实保密审查，全年未发生泄密事件，公开工作平稳有序。",
    "2020年共收到政府信息公开申请17件，均在法定期限内答复，答复率和满意率都比较高。",
)
NEW = (
    "一年来我们把公开作为建设法治政府的抓手，主要领导亲自部署，分管领导具体负责，各科室协同推进。",
    "印发工作要点，明确责任分工，将任务分解到人，按季度通报进展，年底组织考核并公布结果。",
    "开设专栏三个，集中展示减税降费成效，配发图解和短视频，帮助市场主体读懂用好政策。",
    "受理的申请全部依法办结，对依法不能公开的逐一说明理由，并告知救济途径，未引起争议。",
    "下一步将继续拓展公开的广度和深度，推动数据开放共享，让权力在阳光下运行。",
)


@pytest.fixture
def checks(tmp_path):
    def run(old, new, *, figures=((), ()), settings=None):
        records = []
        for year, prose, own in ((2020, old, figures[0]), (2021, new, figures[1])):
            path = tmp_path / f"{year}.txt"
            path.write_text(FRAME.format(body=BODY, year=year, prose="\n".join(prose)), "utf-8")
            found = gxnlp.extract(path, figures=False)
            records.append(found.model_copy(update={"figures": tuple(own(path.read_text("utf-8")) if own else ())}))
        frame = build_panel(records, settings=settings).checks
        return {row.id: row for row in frame.itertuples() if row.id.startswith(("repeated", "other"))}

    return run


def test_text_taken_over_is_found_with_its_share(checks):
    row = checks(OLD, OLD)["repeated_text"]
    assert (row.status, row.left, row.right) == ("fail", Decimal(1), Decimal("0.8"))


def test_a_new_text_passes(checks):
    row = checks(OLD, NEW)["repeated_text"]
    assert (row.status, row.left) == ("pass", Decimal(0))
    assert pd.isna(row.start)


def test_the_share_counts_characters_and_the_place_is_the_longest_run(checks, tmp_path):
    row = checks(OLD, (*NEW[:4], OLD[1]))["repeated_text"]
    total = sum(map(len, (*NEW[:4], OLD[1])))
    assert float(row.left) == pytest.approx(len(OLD[1]) / total, abs=0.02)
    assert row.status == "pass"
    text = (tmp_path / "2021.txt").read_text("utf-8")
    assert text[int(row.start) : int(row.end)] == OLD[1]


def test_a_source_that_changed_since_is_not_assessable(tmp_path):
    paths = []
    for year in (2020, 2021):
        paths.append(tmp_path / f"{year}.txt")
        paths[-1].write_text(FRAME.format(body=BODY, year=year, prose="\n".join(OLD)), "utf-8")
    records = [gxnlp.extract(path, figures=False) for path in paths]
    paths[0].write_text("gone", "utf-8")
    (row,) = (r for r in build_panel(records).checks.itertuples() if r.id == "repeated_text")
    assert row.status == "not_assessable"
    assert "not there as it was read" in row.detail


def test_without_texts_there_is_no_such_check(checks):
    assert "repeated_text" not in checks(OLD, OLD, settings=PanelSettings(texts=False))


def test_little_prose_is_not_assessed(checks):
    assert checks(OLD, ("无。",))["repeated_text"].status == "not_assessable"


def figures_in(period):
    def found(text):
        start = text.index("17件")
        sentence = text.rindex("\n", 0, start) + 1, text.index("。", start) + 1
        return [figure("requests_received", 17, start=start, sentence=sentence, period=period)]

    return found


def test_a_sentence_of_last_year_left_in_is_found_in_the_text(checks, tmp_path):
    row = checks(OLD, (*NEW[:4], OLD[4]), figures=(figures_in("year"), figures_in("2020")))["other_year"]
    assert (row.status, row.left, row.year) == ("fail", Decimal(17), 2021)
    assert (tmp_path / "2021.txt").read_text("utf-8")[int(row.start) : int(row.end)] == OLD[4]
    assert "word for word" in row.detail


def test_a_comparison_with_last_year_is_not_left_over(checks):
    compared = "与2020年共收到政府信息公开申请17件相比，今年收到的申请数量有所下降，减少了近三成。"
    found = checks(OLD, (*NEW[:4], compared), figures=(figures_in("year"), figures_in("2020")))
    assert "other_year" not in found


def told(*years, settings=None):
    records = [record(year=2020 + i, figures=figures) for i, figures in enumerate(years)]
    frame = build_panel(records, settings=PanelSettings(texts=False)).checks
    return {(row.id, row.year): row for row in frame.itertuples()}


def test_without_text_figures_tell_what_was_left_in():
    old = [figure("requests_received", 17, sentence=(0, 30))]
    stale = figure("requests_received", 17, period="2020", start=50, sentence=(50, 80))
    assert told(old, [stale])["other_year", 2021].start == 50
    compared = [stale, figure("requests_received", 12, start=70, sentence=(50, 80))]
    assert told(old, compared).keys() == {("repeated_figures", 2021)}
    other = [stale.model_copy(update={"value": Decimal(18)})]
    assert ("other_year", 2021) not in told(old, other)


def test_figures_taken_over():
    old = [figure("trainings", n, start=10 * n, subject=f"第{n}类") for n in range(1, 9)]
    row = told(old, old)["repeated_figures", 2021]
    assert (row.status, row.left, int(row.start)) == ("fail", Decimal(1), 10)
    new = [f.model_copy(update={"value": f.value + 20}) for f in old[:6]] + old[6:]
    row = told(old, new)["repeated_figures", 2021]
    assert (row.status, row.left) == ("pass", Decimal("0.25"))


def test_zeros_denials_and_rates_are_no_sign_of_repetition():
    old = [
        figure("rate", 100, unit="%"),
        figure("reviews", 0, implied=True, start=10),
        *(figure("staff", 0, start=20 + n) for n in range(6)),
    ]
    assert told(old, old) == {}


LETTERS = st.text(alphabet="ab\n", max_size=40)


@given(LETTERS, LETTERS, st.integers(1, 6))
def test_runs_are_shared_and_as_long_as_can_be(text, other, window):
    runs = repeated_runs(text, other, window)
    assert all(first[1] < second[0] for first, second in pairwise(runs))
    inside = {i for start, end in runs for i in range(start, end)}
    shared = set()
    for start in range(len(text) - window + 1):
        piece = text[start : start + window]
        if "\n" not in piece and piece in other:
            shared |= set(range(start, start + window))
    assert inside == shared
