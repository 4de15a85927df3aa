import pytest

from gxnlp.panel.identity import identify, join_names, normal_name
from gxnlp.schema import Meta


@pytest.mark.parametrize(
    ("name", "region", "normal"),
    [
        ("青山市財政局", None, "青山市财政局"),
        (" 青山市\n财政局 ", None, "青山市财政局"),
        ("财政局", "青山市", "青山市财政局"),
        ("市财政局", "青山市", "青山市财政局"),
        ("市场监督管理局", "青山市", "青山市市场监督管理局"),
        ("乡村振兴局", "河口乡", "河口乡乡村振兴局"),
        ("青山市政府", None, "青山市人民政府"),
        ("青山市", None, "青山市人民政府"),
        ("青山市东河街道办", None, "青山市东河街道办事处"),
        ("青山高新区管委会", None, "青山高新区管理委员会"),
        ("国家税务总局", "青山市", "国家税务总局"),
        ("财政局", None, "财政局"),
    ],
)
def test_normal_name(name, region, normal):
    assert normal_name(name, region) == normal
    assert normal_name(normal, region) == normal


def test_what_the_report_says_stands_where_there_is_no_manifest():
    identity = identify(Meta(agency="青山市财政局", region="青山市", year=2021), None)
    assert (identity.body, identity.region, identity.year, identity.issues) == ("青山市财政局", "青山市", 2021, ())


def test_the_manifest_wins_and_a_difference_is_told():
    meta = Meta(agency="青山市财政局", region="青山市", year=2021)
    identity = identify(meta, {"Body": "青山市教育局", "YEAR": " 2020年度 ", "other": "x"})
    assert (identity.body, identity.year) == ("青山市教育局", 2020)
    assert [(i.code, i.message) for i in identity.issues] == [
        ("body_differs", "the manifest says 青山市教育局, the report 青山市财政局"),
        ("year_differs", "the manifest says 2020, the report 2021"),
    ]


@pytest.mark.parametrize("body", ["财政局", "市财政局", "青山市財政局"])
def test_a_short_name_in_the_manifest_is_no_difference(body):
    identity = identify(Meta(agency="青山市财政局", region="青山市", year=2021), {"body": body, "region": "青山市"})
    assert (identity.body, identity.issues) == ("青山市财政局", ())


def test_what_cannot_be_told_is_an_issue():
    assert [i.code for i in identify(Meta(), None).issues] == ["body_missing", "year_missing"]
    issues = identify(Meta(agency="财政局", year=2021), {"year": "soon"}).issues
    assert [i.code for i in issues] == ["region_unknown", "year_unreadable"]


def test_a_period_that_is_not_the_year_is_told():
    meta = Meta(agency="青山市财政局", year=2021, period_start="2021-01-01", period_end="2021-11-30")
    assert [i.code for i in identify(meta, None).issues] == ["period_not_the_year"]
    whole = meta.model_copy(update={"period_end": "2021-12-31"})
    assert identify(whole, None).issues == ()


def test_a_short_name_joins_the_one_body_it_fits():
    years = {"青山市工信局": {2019, 2020}, "青山市工业和信息化局": {2021}, "青山市财政局": {2019}}
    assert join_names(years) == {"青山市工信局": "青山市工业和信息化局"}


def test_names_that_report_on_one_year_are_two_bodies():
    assert join_names({"东河区财政局": {2020, 2021}, "青山市东河区财政局": {2021}}) == {}


def test_a_name_that_fits_two_bodies_joins_neither():
    years = {"东河区财政局": {2019}, "青山市东河区财政局": {2021}, "白水市东河区财政局": {2021}}
    assert join_names(years) == {}


def test_two_short_names_that_share_a_year_join_neither():
    years = {"东河区工业和信息化局": {2019}, "青山市东河区工信局": {2019}, "青山市东河区工业和信息化局": {2021}}
    assert join_names(years) == {}
    years["青山市东河区工信局"] = {2020}
    assert set(join_names(years).values()) == {"青山市东河区工业和信息化局"}
