import pytest

from gxnlp.report import bodies


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("青山市财政局", "青山市"),
        ("广元省青山市河口区教育局", "广元省青山市河口区"),
        ("青山市城市管理局", "青山市"),
        ("青山市市场监督管理局", "青山市"),
        ("河口县住房和城乡建设局", "河口县"),
        ("青山县乡镇企业局", "青山县"),
        ("准格尔旗乡村振兴局", "准格尔旗"),
        ("镇江市教育局", "镇江市"),
        ("沙市区教育局", "沙市区"),
        ("津市市市场监督管理局", "津市市"),
        ("济南市市中区人民政府", "济南市市中区"),
        ("广西壮族自治区南宁市民政局", "广西壮族自治区南宁市"),
        ("昌吉回族自治州人民政府", "昌吉回族自治州"),
        ("恩施州人民政府", "恩施州"),
        ("杭州市西湖区", "杭州市西湖区"),
        ("国家税务总局青山市税务局", "青山市"),
        ("东区街道办事处", "东区街道"),
        ("青山市经济技术开发区管理委员会", "青山市经济技术开发区"),
        ("浦东新区川沙新镇人民政府", "浦东新区川沙新镇"),
        ("市财政局", None),
        ("民政局", None),
    ],
)
def test_region(name, region):
    assert bodies.region_of(name) == region


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("青山市人民政府", "government"),
        ("青山市河口区政府", "government"),
        ("锡林郭勒盟行政公署", "government"),
        ("青山市人民政府办公室", "department"),
        ("河口镇人民政府", "town"),
        ("青山市白沙乡政府", "town"),
        ("青山市东河街道办事处", "town"),
        ("青山市发展和改革委员会", "department"),
        ("国家税务总局青山市税务局", "department"),
        ("青山市教育局（体育局）", "department"),
        ("青山高新技术产业开发区管委会", "other"),
        ("青山市第一人民医院", "other"),
    ],
)
def test_kind(name, kind):
    assert bodies.kind_of(name) == kind


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("青山市工信局", "青山市工业和信息化局", True),
        ("青山市发改委", "青山市发展和改革委员会", True),
        ("青山市应急局", "青山市应急管理局", True),
        ("青山市政府", "青山市人民政府", True),
        ("市财政局", "青山市财政局", True),
        ("河口区政府", "青山市河口区人民政府", True),
        ("青山市教育局", "青山市教育体育局", False),
        ("青山市财政局", "白水市财政局", False),
        ("青山市公安局", "青山市公安局交通管理局", False),
        ("青山市财政局", "青山市财政局", False),
    ],
)
def test_short_for(short, full, expected):
    assert bodies.is_short_for(short, full) is expected


def test_place_without_body_stands_for_its_government():
    assert bodies.government_of("青山市河口镇") == "青山市河口镇人民政府"
    assert bodies.government_of("青山经济开发区") == "青山经济开发区管理委员会"
