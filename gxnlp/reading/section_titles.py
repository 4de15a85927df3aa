"""What the titles of a report's sections speak of: the words of one title, nothing of where it stands."""

from __future__ import annotations

import re

from gxnlp.document import SectionKind

# What a part of a title speaks of. Chinese puts the head last (申请收费情况 is about fees), so the last match counts.
_TOPICS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("statistics", re.compile(r"统计(?:表|数据|报表)|附表|附件|情况统计$|情况表$|报表$")),
    ("reviews", re.compile(r"复议|诉讼|举报|投诉|申诉|应诉")),
    ("fees", re.compile(r"收费|信息处理费|费用|减免|收支")),
    (
        "other",
        re.compile(
            r"其[他它](?:的?(?:需|有关|应|须|要|重要|相关|值得|特别|工作|方面|情况|事项)|$).*"
            r"|需要?(?:特别)?(?:说明|报告|公开)的.*|说明事项"
        ),
    ),
    (
        "problems",
        re.compile(
            r"问题|不足|困难|整改|下一?步|下年度?工作|今后|努力方向|工作打算|改进|薄弱|差距|展望|明年"
            r"|\d{4}年工作(?:计划|安排|思路|打算)|工作计划"
        ),
    ),
    (
        "requests",
        re.compile(
            r"依申请公开|公开申请|申请(?:的)?(?:受理|办理|处理|答复|公开|情况)"
            r"|(?:受理|处理|办理|答复)(?:政府信息|信息)?.{0,4}申请"
        ),
    ),
    (
        "disclosure",
        re.compile(
            r"主动公开|主动发布|公开的?(?:内容|范围|形式|途径|渠道|数量|重点)|重点领域|政策解读"
            r"|回应(?:社会)?(?:关切|解读)|解读回应|公开政府信息的?情况"
        ),
    ),
    (
        "overview",
        re.compile(
            r"总体|基本(?:情况|概况)|概述|概况|总述|综述|概论|组织领导|工作(?:开展|推进)?情况|工作总结|简述"
            r"|主要(?:做法|工作)|开展情况|推进情况"
        ),
    ),
)
_CONJUNCTION = re.compile(r"以及|[、,;和及与暨]")
_TITLE_END = re.compile(
    r"(?:情况|事项|问题|措施|概述|概况|总述|综述|统计表?|报?表|附[件表]\d*|方向|打算|计划|思路|建议|不足|困难|费用?|减免"
    r"|公开|诉讼|复议|投诉|申请|工作|安排|改进|说明|内容|数据|做法|总结|意见|解读|关切|领导|整改|其[他它])$"
)
_CANONICAL = re.compile(
    r"(?:总体|基本|工作)情况|概述|主动公开|收到和处理|申请.{0,6}情况|依申请公开|复议|诉讼|存在的?(?:主要)?问题|改进"
    r"|其[他它].{0,6}事项|说明的事项|收费|信息处理费|附[件表]|统计表"
)
_DENIAL = re.compile(r"^[无未]|没有|未[^\n]{0,2}[收发产受接被]|不存在|[暂均]无|不涉及")
_REPORT_TITLE = re.compile(r"(?:年度?报告|工作报告|年报|报告\(.{0,12}\))$")
_SENTENCE = re.compile(r"[。;!?]")


def kind_of_title(title: str) -> SectionKind | None:
    """Return what a title (in the view, without its mark) speaks of, None where its words do not tell.

    >>> [kind_of_title(t) for t in ("因政府信息公开申请行政复议、提起行政诉讼的情况", "依申请公开信息收费情况")]
    ['reviews', 'fees']
    >>> [kind_of_title(t) for t in ("其他需要说明的问题", "附件:主动公开情况", "收到和处理信息公开申请情况", "队伍")]
    ['other', 'statistics', 'requests', None]
    """
    if re.match(r"附[件表录]", title):
        return "statistics"
    for part in _CONJUNCTION.split(title):
        found = [(match.start(), kind) for kind, pattern in _TOPICS for match in pattern.finditer(part)]
        for start, kind in sorted(found, reverse=True):
            if kind == "problems" and re.search(r"其[他它]", part[:start]):
                continue
            if kind == "overview" and len(found) > 1:
                continue
            return kind
    return None


def ends_as_title(words: str) -> bool:
    """Whether words end as titles of sections do, and are not the title of a whole report."""
    return bool(_TITLE_END.search(words)) and not is_report_title(words)


def is_canonical(words: str) -> bool:
    """Whether words are the title of a section in one of its usual forms, fit to stand without a number."""
    return (
        len(words) <= 40
        and bool(_CANONICAL.search(words))
        and ends_as_title(words)
        and not _DENIAL.search(words)
        and not _SENTENCE.search(words)
        and kind_of_title(words) is not None
    )


def is_report_title(words: str) -> bool:
    """Whether words are the title of a report (…年度报告)."""
    return bool(_REPORT_TITLE.search(words)) and not _SENTENCE.search(words)
