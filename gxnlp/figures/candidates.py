"""Candidates: every stretch of prose that may be a figure, with what it is worth.

The grammar decides where a figure begins and ends, its value, unit and qualifier; whether it is one, and of what, is
for the tagger to say. So the search leaves out only what is surely no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from gxnlp.figures.denials import find_denials
from gxnlp.figures.exclusions import excluded_spans, is_bare_count
from gxnlp.figures.numerals import CHINESE, MIXED, NUMERAL_CHARS, evaluate
from gxnlp.figures.qualifiers import qualifier_of
from gxnlp.figures.sentences import join_soft_breaks
from gxnlp.figures.units import barred_pattern, canonical_unit, unit_pattern
from gxnlp.schema import Qualifier
from gxnlp.view import View


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of prose that may be a figure.

    Attributes:
        start: Offset into the text given.
        end: Offset after the last character.
        text: ``text[start:end]`` of the text given.
        value: Exact value in base units: 元 not 万元, 35 for 35%.
        unit: The bare measure word, ``元`` for all 元, ``%``, or nothing.
        qualifier: How exact the text says the value is.
        kind: A quantity with a numeral, or a zero statement without one.
    """

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    qualifier: Qualifier
    kind: Literal["quantity", "zero"]


_Found: TypeAlias = tuple[int, int, Decimal, str, Literal["quantity", "zero"]]
"""Start and end in the folded text, value, unit, kind."""

# 余 and 多 after the number, where they do not begin a word.
_ROUND = (
    r"(?:余(?![额地款])|多(?!元化|样|渠|媒|形式|层|维|角|方|部门联|功能|举措|措并|年来)"
    r"|[几来](?=[个条件项次名家人场篇份])|\+(?![\dA-Za-z\s]))"
)
_ZERO_OF = "申请|投诉|举报|申诉|复议|诉讼|败诉|起诉|应诉|上诉|收费|受理|信访|上访|结转|案件|被诉|纠错|纠纷"
# Tenths: 六成, 六成多, 一成半, 八成五; not 成立, 成效 and the like.
_TENTH = (
    r"成(?:半|多|余|[一二三四五六七八九](?=[,。;、)]|左右|以上|以下|上下|$)"
    r"|(?![立效果为员本功熟长都交品就人型文年绩因套分群体份不]))"
)
# Nouns that 大 before them does not make a slogan or a rank of: 12大板块 counts, 三大攻坚 and 二十大 do not.
_BIG_PARTS = "板块|版块|领域|专栏|专题|栏目|平台|模块|系列"
# Blanks that a printed page left inside a number, and dots misread: 1 2 件, 1 234 件, 22. 43%, 14·1%.
_SPACED = (
    r"(?<![\dA-Za-z])(?<!\d[., ])(?:\d(?: \d)+|\d{1,3}(?: \d{3})+(?:\.\d+)?|(?<![图表第注件])[1-9]\d{0,2} \d{1,3})"
    rf"(?:[余多]?[百千]?[万亿]+)?(?=[余多]?{unit_pattern()})"
    r"|(?<![\n。;\d])(?<!\d )\d+ ?[.·] ?\d+(?:(?=%)|[万亿]+)|\d+。\d+(?=%)"
)
_FORMAL = r"[壹贰叁肆伍陆柒捌玖拾][壹贰叁肆伍陆柒捌玖拾佰仟零万亿]*(?=[元圆])"
_QUANTITY = re.compile(
    rf"(?=[\d{NUMERAL_CHARS}几数壹贰叁肆伍陆柒捌玖拾])(?:"
    rf"(?P<share>[百千]分之(?:{MIXED}|{CHINESE})|百分百)"
    rf"|(?P<zero>(?<![归清])零(?={_ZERO_OF}))"
    rf"|(?:(?P<spaced>{_SPACED})|(?P<arabic>{MIXED})|(?P<chinese>{CHINESE}|{_FORMAL})){_ROUND}?"
    rf"(?:(?P<tenth>{_TENTH})"
    rf"|(?P<barred>(?={barred_pattern()})(?!大类|大项|(?<=\d)大(?:{_BIG_PARTS})))|(?P<unit>{unit_pattern()}))?)",
    re.ASCII,
)
_NOUGHT_ANSWERS = frozenset(_ZERO_OF.split("|"))
_BARE_MULTIPLIER = re.compile(r"[百千万亿]")
_VOUCHES = re.compile(r"(?:[近超逾过约破]|(?<!成千)上)$")
# 没有一起, 未收到任何一件: the denial is the figure, not the one thing denied.
_NOT_EVEN = re.compile(r"(?:[到过]|任何|过任何)?")
_COUNT_VERB = re.compile(r"(?:共计?|合计|总计|[为达有是]|收到)“?$")
_ENDS_CLAUSE = re.compile(r"[,.。;!?()、”\s]|$")


def find_candidates(text: str) -> list[Candidate]:
    """Return all candidates of ``text`` in order; they never overlap.

    Args:
        text: Prose as read, any length. Full-width and Traditional forms, blanks and broken lines are seen through.

    Returns:
        Candidates with offsets into ``text``.

    >>> [(c.text, str(c.value), c.unit) for c in find_candidates("全年公开信息1,205条，投入1.5亿元，未收到投诉。")]
    [('1,205条', '1205', '条'), ('1.5亿元', '150000000', '元'), ('未收到', '0', '')]
    """
    view = View(join_soft_breaks(text))
    excluded = excluded_spans(view.text)
    found: list[_Found] = [
        *_quantities(view.text),
        *((*span, Decimal(0), "", "zero") for span in find_denials(view.text)),
    ]
    found.sort()
    candidates: list[Candidate] = []
    position = 0  # in ``excluded``
    last_end = 0
    denied = -1  # end of the last denial
    for start, end, value, unit, kind in found:
        while position < len(excluded) and excluded[position][1] <= start:
            position += 1
        if start < last_end or (position < len(excluded) and excluded[position][0] < end):
            continue
        if kind == "zero":
            denied = end
        elif value == 1 and denied >= 0 and _NOT_EVEN.fullmatch(view.text, denied, start):
            continue
        last_end = end
        qualifier = Qualifier.EXACT if kind == "zero" else qualifier_of(view.text, start, end)
        source_start, source_end = view.source_span(start, end)
        written = text[source_start:source_end]
        candidates.append(Candidate(source_start, source_end, written, value, unit, qualifier, kind))
    return candidates


def _quantities(text: str) -> Iterator[_Found]:
    for match in _QUANTITY.finditer(text):
        found = _quantity(match)
        if found:
            yield found


def _quantity(match: re.Match[str]) -> _Found | None:
    """Judge one numeral with what follows it; None where it is no quantity."""
    start, end = match.span()
    if match["zero"]:
        return start, end, Decimal(0), "", "quantity"
    if match["share"]:
        return _share(match)
    if match["barred"] is not None:
        return None
    numeral = match["spaced"] or match["arabic"] or match["chinese"]
    try:
        value = evaluate(re.sub("[·。]", ".", numeral.replace(" ", "")) if match["spaced"] else numeral)
    except ValueError:
        return None
    if match["tenth"]:
        part = match["tenth"][1:].strip("多余")
        return start, end, value * 10 + (5 if part == "半" else evaluate(part or "零")), "%", "quantity"
    accepted = _chinese_counts(match) if match["chinese"] else _arabic_counts(match)
    return (start, end, value, canonical_unit(match["unit"] or ""), "quantity") if accepted else None


def _share(match: re.Match[str]) -> _Found | None:
    """Read 百分之三十五, 千分之二 and 百分百."""
    whole, _, part = match["share"].partition("分之")
    try:
        value = evaluate(part) if part else Decimal(100)
    except ValueError:
        return None
    return match.start(), match.end(), value, "‰" if whole == "千" else "%", "quantity"


def _arabic_counts(match: re.Match[str]) -> bool:
    text, start = match.string, match.start()
    if match["unit"]:
        # H5 and A4 are names; APP3个 and VR2个 are not.
        return not re.search(r"(?<![A-Za-z])[A-Za-z]$", text[max(0, start - 2) : start])
    if match.group()[-1].isdigit():
        return is_bare_count(text, start, match.end())
    return True  # 3万 and 500余 say of themselves that they count


def _chinese_counts(match: re.Match[str]) -> bool:
    text, numeral, start = match.string, match["chinese"], match.start()
    ends_clause = bool(_ENDS_CLAUSE.match(text, match.end()))
    if _BARE_MULTIPLIER.match(numeral) and match.end("chinese") == (
        match.start("unit") if match["unit"] else match.end()
    ):
        # 百姓, 千家, 万名: only 百余, 近千, 上万, 过亿 are numbers, and 百万 where it ends what is counted.
        before = text[max(0, start - 3) : start]
        return bool(match["unit"] or ends_clause) and bool(
            _VOUCHES.search(before) or (len(numeral) > 1 and _COUNT_VERB.search(before))
        )
    if match["unit"]:
        return True
    return ends_clause and bool(
        _COUNT_VERB.search(text[max(0, start - 3) : start])
        or (numeral == "零" and text[max(0, start - 2) : start] in _NOUGHT_ANSWERS)
    )
