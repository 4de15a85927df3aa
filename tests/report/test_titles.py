import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.report.titles import find_titles, year_number
from gxnlp.view import View


@pytest.mark.parametrize(
    ("text", "body", "year"),
    [
        ("青山市财政局2020年政府信息公开工作年度报告", "青山市财政局", 2020),
        ("2020年青山市财政局政府信息公开工作年度报告", "青山市财政局", 2020),
        ("青山市工业和\n信息化局 2020 年度政府信\n息公开工作年度报告\n\n", "青山市工业和信息化局", 2020),
        ("青山市人民政府信息公开工作年度报告（2008年）", "青山市人民政府", 2008),
        ("青山市\n人民政府办公室\n二〇一九年政府信息公开工作年度报告", "青山市人民政府办公室", 2019),
        ("青山市人民政府\n办公室2020年政府信息公开年度报告", "青山市人民政府办公室", 2020),
        ("青山市财政局关于２０１５年度政府信息公开工作情况的报告", "青山市财政局", 2015),
        ("关于青山市财政局2020年政府信息公开工作年度报告", "青山市财政局", 2020),
        ("首页 > 政务公开\n青山市2020年政府信息公开工作年度报告-青山市人民政府", "青山市人民政府", 2020),
        ("青山市青龙县东河\n街道2020年政府信息公开工作年度报告", "青山市青龙县东河街道办事处", 2020),
        ("青山市财政局政府信息公开工作2020年度报告\n", "青山市财政局", 2020),
        ("青山市审计局政府信息公开工作年度报告\n(2020年度)", "青山市审计局", 2020),
        ("2020年政府信息公开工作年度报告\n青山市财政局\n\n一、总体情况\n", "青山市财政局", 2020),
        ("青山市財政局2021年政府信息公開工作年度報告", "青山市财政局", 2021),
        ("2 0 2 1年度青山市水利局政务公开工作总结", "青山市水利局", 2021),
        ("国家税务总局青山市税务局2020年政府信息公开工作年度报告", "国家税务总局青山市税务局", 2020),
    ],
)
def test_titles(text, body, year):
    title = find_titles(View(text).text)[0]
    assert (title.body, title.year, title.whole_line) == (body, year, True)


def test_name_of_the_site_above_is_no_part_of_the_title():
    title = find_titles("青山市人民政府网\n市财政局2020年政府信息公开工作年度报告")[0]
    assert title.body == "市财政局"


def test_a_title_within_a_sentence_comes_last():
    text = "现公布青山市水利局2019年政府信息公开工作年度报告,请查阅。\n青山市财政局2020年政府信息公开工作年度报告\n"
    assert [t.body for t in find_titles(text)] == ["青山市财政局", "青山市水利局"]


@pytest.mark.parametrize(
    "text",
    ["《中华人民共和国政府信息公开工作年度报告格式》的通知", "编制政府信息公开工作年度报告。", "按时报送年度报告"],
)
def test_words_about_reports_name_neither_body_nor_year(text):
    assert find_titles(text) == []


@given(st.integers(2008, 2026))
def test_years_in_chinese_digits(year):
    written = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    assert year_number(written) == year_number(str(year)) == year
