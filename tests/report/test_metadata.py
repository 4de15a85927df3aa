import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_documents import document_of

from gxnlp.document import Block
from gxnlp.report.metadata import find_period, read_meta

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
PREAMBLE = (
    "本报告由青山市财政局编制,所列数据的统计期限自2022年1月1日起至2022年12月31日止。电子版可在青山市人民政府网站"
    "(http://www.qingshan.example)下载。如有疑问,请与青山市财政局办公室联系({contact})。\n一、总体情况\n全年工作有序。\n"
)


def meta_of(text, **options):
    return read_meta(document_of(text, **options), None)[0]


@pytest.mark.skipif(not SEEDS, reason="the shared reports are not beside this checkout")
@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem[:3])
def test_metadata_of_the_shared_reports(path):
    from gxnlp.reading import read

    gold = json.loads((SHARED / "gold" / f"{path.stem}.meta.json").read_text("utf-8"))
    meta, _ = read_meta(read(path), gold["form"])
    assert meta.model_dump() == gold


@pytest.mark.parametrize(
    ("contact", "address", "phone", "postcode"),
    [
        ("地址:青山市人民路8号3楼,电话:0599-8123456,邮编:353000", "青山市人民路8号3楼", "0599-8123456", "353000"),
        ("地址：人民路8号（原县政府院内），电话：0599—8123456", "人民路8号（原县政府院内）", "0599—8123456", None),
        ("青山市人民路8号，电话：（0599）8123456，邮政编码：353000", "青山市人民路8号", "（0599）8123456", "353000"),
        ("联系电话：０５９９－８１２３４５６", None, "０５９９－８１２３４５６", None),
        ("电话:0599-8123456、8123457,邮编353000", None, "0599-8123456、8123457", "353000"),
        ("电话:0599-8123456转801", None, "0599-8123456转801", None),
        ("通讯地址为青山市人民路8号;电话0599 8123456", "青山市人民路8号", "0599 8123456", None),
    ],
)
def test_contacts(contact, address, phone, postcode):
    meta = meta_of(PREAMBLE.format(contact=contact))
    assert (meta.address, meta.phone, meta.postcode) == (address, phone, postcode)


def test_all_of_a_preamble():
    meta = meta_of(PREAMBLE.format(contact="电子邮箱:czj@qingshan.example"))
    assert meta.agency == "青山市财政局"
    assert (meta.agency_kind, meta.region, meta.year) == ("department", "青山市", 2022)
    assert (meta.period_start, meta.period_end) == ("2022-01-01", "2022-12-31")
    assert (meta.email, meta.website) == ("czj@qingshan.example", "http://www.qingshan.example")


@pytest.mark.parametrize("address", ["www.qingshan.gov.cn", "WWW.qingshan.example", "czj.qingshan.gov.cn"])
def test_a_website_may_lack_its_scheme(address):
    meta = meta_of(f"可在青山市人民政府网站({address})下载,邮箱:czj@qs.gov.cn。\n一、总体情况\n有序。\n")
    assert (meta.website, meta.email) == (address, "czj@qs.gov.cn")


def test_an_address_of_mail_is_no_website():
    assert meta_of("登录网站,邮箱:czj@qs.gov.cn。\n一、总体情况\n有序。\n").website is None


FOOTER = "版权所有 青山市人民政府 地址:青山市河滨路1号 邮编:353001 电话:0599-7000000"


def test_a_footer_is_used_only_where_nothing_else_is_given():
    with_own = meta_of(PREAMBLE.format(contact="电话:0599-8123456") + FOOTER)
    assert (with_own.phone, with_own.address, with_own.postcode) == ("0599-8123456", None, None)
    alone = meta_of("青山市财政局2022年政府信息公开工作年度报告\n一、总体情况\n全年工作有序。\n" + FOOTER)
    assert (alone.phone, alone.address, alone.postcode) == ("0599-7000000", "青山市河滨路1号", "353001")


def test_contacts_on_lines_of_their_own_at_the_end():
    text = (
        "青山市财政局2022年政府信息公开工作年度报告\n一、总体情况\n全年有序。\n六、其他需要报告的事项\n"
        "联系地址:青山市人民路8号\n联系电话:0599-8123456\n"
    )
    meta = meta_of(text)
    assert (meta.address, meta.phone) == ("青山市人民路8号", "0599-8123456")


def test_a_clerk_and_a_hotline_are_no_contacts():
    text = (
        "青山市财政局2017年政府信息公开工作年度报告\n一、总体情况\n开通热线电话:12345。\n"
        "填报人:张三 联系电话:0599-8123456\n"
    )
    assert meta_of(text).phone is None


def test_contacts_broken_by_a_line_of_pdf():
    document = document_of("请与我局联系(地址:青山市人民\n路8号,电话:0599-8123456)。\n一、总体情况\n")
    first, second, *others = document.blocks
    document = replace(document, blocks=(Block("paragraph", first.start, second.end), *others))
    assert read_meta(document, None)[0].address == "青山市人民路8号"


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("一、总体情况\n2022年,青山市水利局认真落实条例。我局主动公开信息5条。\n", "青山市水利局"),
        ("请与青山市工信局联系。\n一、总体情况\n青山市工业和信息化局网站发布。我局工作。\n", "青山市工业和信息化局"),
        ("一、总体情况\n河口区政府信息公开有序。《青山市河口区人民政府公报》。全区受理。\n", "青山市河口区人民政府"),
        ("市财政局2022年政府信息公开工作年度报告\n一、总体情况\n在青山市人民政府网站公开。\n", "青山市财政局"),
        ("填报单位(盖章):青山市民政局\n一、总体情况\n我局主动公开。\n", "青山市民政局"),
    ],
)
def test_agency_without_a_full_title(text, agency):
    assert meta_of(text).agency == agency


@pytest.mark.parametrize(
    ("preamble", "agency", "year"),
    [
        ("本报告由青山市河口区发展和改革局根据条例编制。", "青山市河口区发展和改革局", None),
        ("如有疑问,请联系青山市水利局办公室,电话:0599-8123456。", "青山市水利局", None),
        ("如有疑问,请联系:河口县白沙镇人民政府办公室(白沙镇中路1号)。", "河口县白沙镇人民政府", None),
        ("请与河口区人民政府东河街道办事处综合保障办公室联系。", "河口区人民政府东河街道办事处", None),
        ("现向社会公布2020年度青山市公安局政府信息公开工作年度报告。", "青山市公安局", 2020),
        ("特编制青山经济开发区2022年度政府信息公开工作报告。", "青山经济开发区管理委员会", 2022),
        ("青山市水利局2022政府信息公开工作年度报告\n", "青山市水利局", 2022),
        ("青山市人民政府\n政府信息公开年报\n河口区财政局2018年政府信息公开年报\n", "河口区财政局", 2018),
        ("国家林务总局2010年政府信息公开年度报告\n", "国家林务总局", 2010),
        ("二〇二一年一月十九日\n青山市2020年度政府信息公开工作年度报告\n", "青山市人民政府", 2020),
        ("发布机构 | 省水利厅 |\n由广元省水利厅编制。\n", "广元省水利厅", None),
        ("将乐县水利局2020年政府信息公开工作年度报告\n", "将乐县水利局", 2020),
        ("呼和浩特市和平区民政局2020年政府信息公开工作年度报告\n", "呼和浩特市和平区民政局", 2020),
    ],
)
def test_agency_by_what_the_preamble_says(preamble, agency, year):
    meta = meta_of(f"{preamble}\n一、总体情况\n工作有序。\n")
    assert (meta.agency, meta.year) == (agency, year)


def test_the_period_outranks_a_title_that_a_sentence_names():
    text = "编制了《白沙镇2020年政府信息公开工作年度报告》。统计期限自2021年1月1日起至12月31日止。\n一、总体情况\n"
    assert meta_of(text).year == 2021


def test_title_of_the_page():
    meta = meta_of("一、总体情况\n全年公开。\n", title="青山市财政局2021年政府信息公开工作年度报告_青山市人民政府网")
    assert (meta.agency, meta.year) == ("青山市财政局", 2021)


def test_inferences_are_told():
    text = "一、总体情况\n全区公开。《青山市河口区人民政府公报》。\n"
    _, warnings = read_meta(document_of(text), None)
    assert {w.code for w in warnings} == {"agency_inferred", "year_missing"}
    _, warnings = read_meta(document_of("一、总体情况\n无。\n"), None)
    assert {w.code for w in warnings} == {"agency_missing", "year_missing"}


def test_title_and_period_of_different_years():
    text = "青山市财政局2022年政府信息公开工作年度报告\n数据统计期限为2021年1月1日至2021年12月31日。\n一、总体情况\n"
    meta, warnings = read_meta(document_of(text), None)
    assert (meta.year, meta.period_start) == (2022, "2021-01-01")
    assert [w.code for w in warnings] == ["year_conflict"]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("统计期限为2021年1月1日至12月31日", (date(2021, 1, 1), date(2021, 12, 31))),
        ("数据的时限为2008年5月1日-2008年12月31日", (date(2008, 5, 1), date(2008, 12, 31))),
        ("统计期限自二〇一九年一月一日起至二〇一九年十二月三十一日止", (date(2019, 1, 1), date(2019, 12, 31))),
        ("数据统计期限:2020年1月至12月", (date(2020, 1, 1), date(2020, 12, 31))),
        ("统计数据自2020.1.1-2020.12.31", (date(2020, 1, 1), date(2020, 12, 31))),
        ("统计期限自2009年1月1日《条例》施行之日起,至2009年12月31日止", (date(2009, 1, 1), date(2009, 12, 31))),
        ("统计期限自2021年1月1日始,至2021年12月31日止", (date(2021, 1, 1), date(2021, 12, 31))),
        ("统计期限为2021年2月30日至12月31日", None),
        ("2021年4月6日至8日举办培训", None),
    ],
)
def test_periods(words, period):
    assert find_period(words, None) == period


@given(st.dates(date(2008, 1, 1), date(2025, 6, 1)), st.integers(40, 300))
def test_any_stated_period_is_found(start, days):
    end = date.fromordinal(start.toordinal() + days)
    words = f"数据统计期限自{start.year}年{start.month}月{start.day}日起至{end.year}年{end.month}月{end.day}日止。"
    assert find_period(words, None) == (start, end)


@pytest.mark.parametrize(
    "unit", ["0599-", "a.", "www.", "青山市", "请与青山市财政局联系", "2020年", "(", "地址", "电话:0599-1234567、"]
)
def test_long_runs_take_no_more_than_linear_time(unit):
    import time

    document = document_of(unit * (40_000 // len(unit)))
    start = time.perf_counter()
    read_meta(document, None)
    assert time.perf_counter() - start < 2
