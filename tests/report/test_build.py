import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest
from report_documents import document_of

import gxnlp
from gxnlp import schema
from gxnlp.document import Block, Notice
from gxnlp.report.build import extract, prose_of

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))

REPORT = """青山市财政局2021年政府信息公开工作年度报告
本报告由青山市财政局编制，统计期限自2021年1月1日起至2021年12月31日止。
一、总体情况
全年主动公开政府信息12条，共收到政府信息公开申请5件，刊发报道9篇，其中市媒4篇，其他5篇。
二、主动公开政府信息情况
第二十条第（一）项
信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t0\t0\t0
行政规范性文件\t7\t1\t9
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t53
六、其他需要报告的事项
无其他需要报告的事项。
"""


class FakeTagger:
    """Labels the numbers that it is told of."""

    def __init__(self, **labels):
        self.labels = labels
        self.asked = []

    def tag_document(self, document, prose, *, year=None):
        self.asked.append((prose, year))
        figures = []
        for block in prose:
            for words, label in self.labels.items():
                at = document.text.find(words, block.start, block.end)
                if at >= 0:
                    number, unit = Decimal("".join(c for c in words if c.isdigit())), words[-1]
                    figures.append(
                        schema.Figure(label=label, text=words, start=at, end=at + len(words), value=number, unit=unit,
                                      sentence_start=block.start, sentence_end=block.end)
                    )  # fmt: skip
        return sorted(figures, key=lambda f: f.start)


TAGGER = {"12条": "items_total", "5件": "requests_received", "9篇": "media_reports", "4篇": "media_reports",
          "5篇": "media_reports"}  # fmt: skip


def test_a_whole_record():
    tagger = FakeTagger(**TAGGER)
    record = extract(REPORT, tagger=tagger)
    assert (record.meta.agency, record.meta.year, record.meta.form) == ("青山市财政局", 2021, "2021")
    values = {c.indicator: c.value for c in record.cells}
    assert values["disclosure.normative_documents.in_force"] == 9
    assert values["disclosure.permits.decisions"] == 53
    indicators = {i.indicator: i for i in record.indicators}
    assert indicators["requests.new.total"].status == "prose_only"
    assert [c.status for c in record.checks if c.id.startswith("breakdown")] == ["pass"]
    assert [s.kind for s in record.sections][:2] == ["preamble", "overview"]
    text = gxnlp.read(REPORT).text
    for item in (*record.cells, *record.figures):
        assert text[item.start : item.end] == item.text
    _, year = tagger.asked[0]
    assert year == 2021


def test_the_tagger_never_sees_a_table():
    tagger = FakeTagger(**TAGGER)
    extract(REPORT, tagger=tagger)
    prose, _ = tagger.asked[0]
    seen = "".join(REPORT[b.start : b.end] for b in prose)
    assert "主动公开政府信息12条" in seen
    assert "53" not in seen


def test_a_record_goes_through_json_unharmed():
    record = extract(REPORT, tagger=FakeTagger(**TAGGER))
    data = json.loads(record.to_json())
    assert all(isinstance(c["value"], str) for c in data["cells"])
    assert schema.Record.model_validate_json(record.to_json()) == record


def codes(record):
    return [w.code for w in record.warnings]


def test_prose_without_tables():
    record = extract(REPORT.partition("第二十条")[0], tagger=FakeTagger(**TAGGER))
    assert "no_statutory_tables" in codes(record)
    assert len(record.figures) == 5


def test_tables_without_prose():
    tables = "二、主动公开政府信息情况\n" + REPORT[REPORT.index("第二十条") : REPORT.index("六、")]
    record = extract(tables, tagger=FakeTagger())
    assert "no_prose" in codes(record)
    assert record.cells


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><h1>天气预报</h1><p>明天气温25度，降水概率30%，出门请带伞，注意防范雷电和大风天气。</p></body></html>",
        "<html><body><p>青山市财政局2020年政府信息公开工作年度报告</p><p>青山市水利局2019年报告</p></body></html>",
    ],
)
def test_a_page_without_a_report(page):
    tagger = FakeTagger(**{"25度": "other"})
    record = extract(page, tagger=tagger)
    assert codes(record).count("not_a_report") == 1
    assert (record.figures, record.indicators, tagger.asked) == ((), (), [])


@pytest.mark.parametrize(
    "piece",
    [
        "二、主动公开政府信息的情况\n（一）公开的内容\n各部门梳理编目，全年新增48条，电子化率61.8%，其中政策类9条、规划类3条、业务类36条，"
        "比去年多出5条，由办公室逐条核对后上网。",
        "全年通过门户网站公开政府信息48条，办公室逐条核对后上网，节假日照常值守，做到有错即改、有问必答，电子化率61.8%。",
        "按照要求,现将情况报告如下.一、主动公开情况.本局当年公开信息48条,由办公室逐条核对后上网,电子化率61.8%.",
    ],
)
def test_a_piece_of_a_report_is_searched(piece):
    record = extract(piece.encode(), tagger=FakeTagger(**{"48条": "items_total"}))
    assert [figure.text for figure in record.figures] == ["48条"]
    assert "not_a_report" not in codes(record)


def test_without_figures_no_tagger_is_asked():
    tagger = FakeTagger(**TAGGER)
    record = extract(REPORT, tagger=tagger, figures=False)
    assert tagger.asked == []
    assert "figures_skipped" in codes(record)


def test_notices_of_the_reader_become_warnings():
    document = gxnlp.read(REPORT)
    notice = Notice("odd_page", "a page has no text", page=3)
    record = extract(dataclasses.replace(document, notices=(notice,)), tagger=FakeTagger())
    assert (record.warnings[0].code, record.warnings[0].page) == ("odd_page", 3)


def test_unreadable_input_is_a_typed_error():
    with pytest.raises(gxnlp.ReadError) as caught:
        extract(b"")
    assert caught.value.category == "empty"


def test_prose_leaves_out_furniture_and_cuts_out_tables():
    document = document_of("甲乙丙丁\n第1页\n戊己")
    blocks = (document.blocks[0], Block("furniture", 5, 8), document.blocks[2])
    prose = prose_of(dataclasses.replace(document, blocks=blocks), [(1, 3), (9, 20)])
    assert [document.text[b.start : b.end] for b in prose] == ["甲", "丁"]


@pytest.mark.skipif(not SEEDS, reason="the shared reports are not beside this checkout")
@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem[:3])
def test_shared_reports_from_file_to_record(path):
    record = extract(path, figures=False)
    gold = json.loads((SHARED / "gold" / f"{path.stem}.cells.json").read_text("utf-8"))
    assert json.loads(record.to_json())["meta"] == json.loads(
        (SHARED / "gold" / f"{path.stem}.meta.json").read_text("utf-8")
    )
    assert {c.indicator: c.value for c in record.cells} == {k: v and Decimal(v) for k, v in gold.items()}
    assert "fail" not in [c.status for c in record.checks]


@pytest.mark.skipif(not SEEDS, reason="the shared reports are not beside this checkout")
def test_shared_reports_conflict_once_with_the_tagger_that_ships():
    records = [extract(path) for path in SEEDS]
    conflicts = [(i.indicator, i.value) for r in records for i in r.indicators if i.status == "conflict"]
    assert conflicts == [("disclosure.normative_documents.in_force", 43)]
