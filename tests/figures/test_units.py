import re

import pytest

from gxnlp.figures.units import barred_pattern, canonical_unit, unit_pattern


@pytest.mark.parametrize(
    ("after", "unit"),
    [
        ("条信息", "条"),
        ("条目录", "条"),
        ("条例", None),
        ("项目录", "项"),
        ("项目", None),
        ("起诉讼", "起"),
        ("起诉", None),
        ("家政府部门", "家"),
        ("家政", None),
        ("部门", None),
        ("支队伍", "支"),
        ("支队", None),
        ("所以上", "所"),
        ("所以", None),
        ("人次", "人次"),
        ("人次要", "人"),
        ("人工作", "人"),
        ("人工", None),
        ("个百分点", "个百分点"),
        ("分。", "分"),
        ("分别", None),
        ("平方公里", "平方公里"),
        ("千瓦时", "千瓦时"),
        ("通过", None),
    ],
)
def test_unit_after_a_numeral(after: str, unit: str | None) -> None:
    match = re.match(unit_pattern(), after)
    assert (match and match.group()) == unit


@pytest.mark.parametrize("after", ["年", "月份", "个工作日", "个月", "号令", "届三中", "室。"])
def test_barred(after: str) -> None:
    assert re.match(barred_pattern(), after)


@pytest.mark.parametrize("after", ["个项目", "室外活动", "大型活动", "代表"])
def test_not_barred(after: str) -> None:
    assert not re.match(barred_pattern(), after)


@pytest.mark.parametrize(
    ("word", "unit"), [("家(次)", "家次"), ("人/次", "人次"), ("圆", "元"), ("平方", "平方米"), ("条", "条")]
)
def test_canonical_unit(word: str, unit: str) -> None:
    assert canonical_unit(word) == unit
