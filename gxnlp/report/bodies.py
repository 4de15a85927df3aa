"""Names of government bodies: where one begins and ends, its place, its kind, and which short form stands for which."""

from __future__ import annotations

import re
from typing import Literal

AgencyKind = Literal["government", "department", "town", "other"]

_PREFECTURES = (  # autonomous prefectures written without 自治州; in other names 州 is part of a city's name
    "延边|恩施|湘西|阿坝|甘孜|凉山|黔东南|黔西南|黔南|西双版纳|文山|红河|德宏|怒江|迪庆|大理|楚雄|临夏|甘南|海北|黄南|海南|果洛|玉树|"
    "海西|昌吉|博尔塔拉|博|克孜勒苏|克|巴音郭楞|巴|伊犁"
)
_NO_PLACE = re.compile(  # words that end like a place and are none
    r"(?:[城都超上全我本该各]|自治|风景|保护|名胜|[社园景辖灾山库牧小街片市城地全我本该各学军战])?[省市区县镇乡旗盟州]|城乡|县乡|城镇|"
    r"[乡集小全我本各]镇|[联同]盟|红旗|[全我本各该外跨]省|[我本全各]?街道|[全我本该各](?:县|乡)"
)
# A unit of the administrative division: a name without words of grammar, then what it is.
_UNIT = re.compile(
    r"津市市|(?:(?:(?!政府)[^\W\d_a-zA-Z局委厅部处署办的与及由在是对以之]){1,12}?"
    r"(?:自治区|省|自治州|自治县|自治旗|地区|街道(?!办法)|市(?!区[^域人民县]|场)|县(?!域)|旗(?!下)|盟|(?<!城)乡(?!村|企|镇)|镇|"
    r"(?:开发|新|示范|高新技术产业|高新|试验|实验|保税港|保税|合作|度假|管理|园|产业)区|区(?!块|街道)))"
    rf"|(?:{_PREFECTURES})州(?![市区县])"
)
_STATE = re.compile(r"国家税务总局|国家统计局|国家金融监督管理总局|中华人民共和国|中国人民银行|国家")

_DEPARTMENT_END = (
    "管理委员会|工作委员会|委员会|管委会|分局|总局|局|厅|委|办公室|办公厅|研究室|研究院|中心|总队|支队|大队|管理处|管理站|服务站|"
    "办事处|公署|署|法院|检察院|协会|学会|总会|联合会|残联|妇联|科协|工商联|文联|侨联|银行|公司|集团|大学|学院|学校|中学|小学|医院|"
    "党校|博物馆|图书馆|档案馆|气象台|海关|处|站|所|院|馆|社|部|会|台|队|办"
)
_NAME_END = re.compile(rf"(?:人民政府|政府|{_DEPARTMENT_END})(?:[（(][^（）()]{{2,20}}[)）])?$")
_GOVERNMENT_END = re.compile(r"(?:人民政府|政府|行政公署|公署)$")
_OTHER_END = re.compile(
    r"(?:[区园港城]|基地|农场|林场)(?:管理委员会|管委会)$|"
    r"(?:公司|集团|大学|学院|学校|中学|小学|医院|协会|学会|银行|馆|党校|法院|检察院)$"
)
_INNER_OFFICE = re.compile(  # an office inside a body, as contact sentences name it
    r"(?:(?<=[局厅委会处])[^局厅委府会处]{0,12}?(?:办公室|办公厅|[办科股室]|中心)|"
    r"(?<=府)(?!采购|投资|服务|法制)[^局厅委府会处]{0,12}?(?:领导小组)?(?:办公室|办公厅|[办科股室]))+$"
)
_DATE = re.compile(r"^.*?[\d〇○零一二三四五六七八九十]\s*[日号](?=.)")
_PLACES_LIKE_WORDS = (
    r"(?!和[县顺平硕田龙静政布林]|将乐|从[江化]|于[都洪田]|向阳|本溪|全[椒州南]|日[照喀土]|即墨|公安县)"
)
_LEADING_WORDS = re.compile(
    rf"^(?:{_PLACES_LIKE_WORDS}(?:现将|现|特将|根据|按照|依据|依照|关于|有关|印发|向社会|公布|发布|公开|登录|通过|访问|进入|可在|请与|请向|"
    r"请联系|联系|如对|对|由|与|和|及|或|在|向|到|从|经|据|为|是|即|将|以下简称|简称|我|本|各|全|的|版权所有|主办单位|主办|承办单位|"
    r"承办|单位|机构|来源|编制|于|年|日|月|特))+"
)
_TRAILING_WORDS = re.compile(r"(?:关于|的|对|有关|本级|机关本级|本机关|机关|系统)+$")
_NOT_OF_A_NAME = re.compile(r"[，。；：！？、,;:!?\"“”《》<>|/\\=%@]|\d{4,}|报告|年度|编制|按照|根据|认真|统计")

_ENDS_ALIKE = {"政府": "人民政府", "委": "委员会", "管委会": "管理委员会", "办": "办公室"}
_GENERIC_TAILS = frozenset(("管理", "事务", "监督管理", "运输", "管理服务", "服务", "服务管理"))


def region_of(name: str) -> str | None:
    """Return the place that a body's name opens with, all its parts, or None.

    >>> region_of("厦门市海沧区人民政府"), region_of("广州市城市管理局"), region_of("民政局")
    ('厦门市海沧区', '广州市', None)
    """
    start = match.end() if (match := _STATE.match(name)) else 0
    position = start
    while match := _UNIT.match(name, position):
        if _NO_PLACE.fullmatch(match.group()):
            break
        position = match.end()
    return name[start:position] or None


def is_national(name: str) -> bool:
    """Whether a body is one of the state's, with no place in its name.

    >>> is_national("国家税务总局"), is_national("国家税务总局青山市税务局")
    (True, False)
    """
    return bool(_STATE.match(name)) and region_of(name) is None


def kind_of(name: str) -> AgencyKind:
    """Tell what kind of body a name stands for.

    >>> kind_of("青山市人民政府"), kind_of("青山市河口镇人民政府"), kind_of("青山市财政局"), kind_of("青山市第一中学")
    ('government', 'town', 'department', 'other')
    """
    if _GOVERNMENT_END.search(name):
        return "town" if re.search(r"[镇乡](?:人民)?政府$|街道", name) else "government"
    if re.search(r"街道(?:办事处|办)?$", name):
        return "town"
    if _OTHER_END.search(name):
        return "other"
    return "department" if _NAME_END.search(name) else "other"


def is_name(name: str) -> bool:
    """Whether ``name`` is shaped like the name of a body, or of a place that stands for its government.

    >>> is_name("青山市财政局"), is_name("河口镇"), is_name("特向社会公布")
    (True, True, False)
    """
    if not 2 < len(name) <= 40 or _NOT_OF_A_NAME.search(name):
        return False
    return bool(_NAME_END.search(name)) or region_of(name) == name


def trimmed(name: str) -> str:
    """Strip the words of grammar around a name.

    >>> trimmed("关于青山市财政局关于")
    '青山市财政局'
    """
    name = _DATE.sub("", name.strip(" \n[]-·"))
    if name.count("(") != name.count(")") or name[:1] == "(":
        name = name.replace("(", "").replace(")", "")
    return _TRAILING_WORDS.sub("", _LEADING_WORDS.sub("", name))


def without_inner_office(name: str) -> str:
    """Strip the office inside a body that a contact sentence names.

    >>> without_inner_office("青山市财政局办公室"), without_inner_office("青山市财政局")
    ('青山市财政局', '青山市财政局')
    """
    return _INNER_OFFICE.sub("", name) or name


def government_of(region: str) -> str:
    """Name the government of a place that is named without one.

    >>> government_of("青山市"), government_of("青山市东河街道")
    ('青山市人民政府', '青山市东河街道办事处')
    """
    if region.endswith("街道"):
        return region + "办事处"
    if re.search(r"(?:开发|高新|示范|试验|实验|保税|保税港|合作|度假|管理|园|产业)区$|高新技术产业区$", region):
        return region + "管理委员会"
    return region + "人民政府"


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


def is_short_for(short: str, full: str) -> bool:
    """Whether ``short`` may stand for ``full``: 工信局 for 工业和信息化局, 市财政局 for 青山市财政局.

    >>> is_short_for("青山市工信局", "青山市工业和信息化局"), is_short_for("市财政局", "青山市财政局")
    (True, True)
    >>> is_short_for("青山市教育局", "青山市教育体育局"), is_short_for("青山市水利局", "青山市财政局")
    (False, False)
    """
    if len(short) >= len(full):
        return False
    short_place, full_place = region_of(short) or "", region_of(full) or ""
    short_rest, full_rest = short.removeprefix(short_place), full.removeprefix(full_place)
    if not short_place and full_place and short_rest[:1] == full_place[-1] and len(short_rest) > 2:
        short_place, short_rest = short_rest[0], short_rest[1:]
    above = full_place.removesuffix(short_place)
    if not full_place.endswith(short_place) or (above and region_of(above) != above and len(short_place) > 1):
        return False
    for ending in sorted((*_ENDS_ALIKE, "局", "厅", "人民政府", "办公室"), key=len, reverse=True):
        if short_rest.endswith(ending):
            break
    else:
        return False
    full_ending = _ENDS_ALIKE.get(ending, ending)
    full_ending = full_ending if full_rest.endswith(full_ending) else ending
    if not full_rest.endswith(full_ending):
        return False
    short_core, full_core = short_rest.removesuffix(ending), full_rest.removesuffix(full_ending)
    if short_core == full_core:
        return True
    if not short_core or not full_core.startswith(short_core[0]) or re.search("[局厅委会]|政府", full_core):
        return False
    if full_core.startswith(short_core):
        return full_core.removeprefix(short_core) in _GENERIC_TAILS
    return len(full_core) >= len(short_core) + 2 and _is_subsequence(short_core, full_core)
