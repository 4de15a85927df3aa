"""Which body a report is of, from its title, its form, its contact sentence, or the words it uses of itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gxnlp.report import bodies
from gxnlp.report.titles import Title

_LABEL = re.compile(
    r"(?P<label>填报单位|填报机关|编报单位|编制单位|报送单位|发布机构|发布单位|发文机关|公开主体|公开机关|公开单位|信息来源|来源)"
    r"(?:\(盖章\)|\(公章\))?[:\s|]{1,3}(?P<name>[^\s,。;:|]{3,40})"
)
_CONTACT = (
    re.compile(r"(?:请|可)?(?:与|向)(?P<name>[^,。;:()\n]{3,40}?)(?:取得|进行)?(?:联系|咨询|反映|索取|反馈)"),
    re.compile(r"请?(?:联系|致电|咨询|致函):?(?P<name>[^,。;:()\n]{3,40}?)[,。;(\n]"),
)
_AUTHOR = re.compile(r"由(?P<name>[^,。;:()\n]{3,30}?)(?:结合|根据|依据|按照|负责|汇总|编制|编写|撰写|起草|综合)")
_SELF = re.compile(
    r"(?:\d{4}年(?:度|以来|来)?,?|^)(?P<name>[^\W\d_][^,。;:()\d\n]{3,30}?)"
    r"(?:在|以|认真|坚持|全面|深入|严格|高度|按照|积极|紧紧|围绕|始终|持续|切实|共|主动|扎实|不断|大力|认真)",
    re.MULTILINE,
)
_NO_BODY = re.compile(
    r"本|我|该|各|有关|相关|上级|(?:政府信息公开|政务公开|信息公开|行政|党政|综合|局|委)*(?:办公室|[科股室处]|中心)$"
)
_RUN = re.compile(r"[\u3400-\u9fff]{4,}")
_MENTION_END = re.compile(
    r"人民政府|管理委员会|委员会|管委会|办事处|政府(?!信息|网|门户|采购|部门|购买|公开|办|职能|服务|文件|工作)|局(?![长面部限势])|厅(?!长)"
)
_BRANCH = re.compile(r"[^\W\d_]{1,8}?街道办事处")  # …区人民政府…街道办事处
# What a report calls the body it is of, and how such a body's name ends.
_SELF_WORDS = (
    (re.compile(r"(?:我|本)局"), "局"),
    (re.compile(r"(?:我|本)委(?!员)"), "委员会"),
    (re.compile(r"(?:我|本)厅"), "厅"),
    (re.compile(r"(?:我|本|全)(?:市|区|县|旗|省|州|盟|镇|乡|街)(?!局|委|厅|政府办|直)"), "政府"),
)


@dataclass(frozen=True, slots=True)
class Agency:
    """A body as found; ``inferred`` where the report names it nowhere as its own."""

    name: str
    region: str | None
    kind: bodies.AgencyKind
    inferred: bool


def find_mentions(text: str) -> Counter[str]:
    """Count the bodies with their place that a folded text names at the start of a run of characters.

    >>> find_mentions("青山市财政局网站,登录青山市财政局")
    Counter({'青山市财政局': 2})
    """
    mentions: Counter[str] = Counter()
    for run in _RUN.finditer(text):
        words = bodies.trimmed(run.group()[:60])
        region = bodies.region_of(words)
        if region and (end := _MENTION_END.search(words, len(region))) and end.end() - len(region) <= 24:
            branch = _BRANCH.match(words, end.end())
            mentions[words[: (branch or end).end()]] += 1
    return mentions


def _named_in(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        name = bodies.without_inner_office(bodies.trimmed(match["name"]))
        if bodies.is_name(name) and not _NO_BODY.match(name):
            yield bodies.government_of(name) if bodies.region_of(name) == name else name


def _stated(titles: Sequence[Title], preamble: str, text: str) -> Iterator[str]:
    """Yield the names that the report gives as its own, the surest first."""
    yield from (t.body for t in titles if t.body and t.whole_line)
    for match in _LABEL.finditer(text):
        name = bodies.trimmed(match["name"])
        if match["label"].startswith(("填", "编", "报送")) and bodies.is_name(name):
            yield name
    for pattern in (*_CONTACT, _AUTHOR):
        yield from _named_in(pattern, preamble)
    yield from (t.body for t in titles if t.body and not t.whole_line)
    for pattern in _CONTACT:
        yield from _named_in(pattern, text)
    for match in _LABEL.finditer(text):
        name = bodies.trimmed(match["name"])
        if bodies.is_name(name) and bodies.region_of(name):
            yield name
    yield from (name for name in _named_in(_SELF, text) if bodies.region_of(name))


def _likeliest(mentions: Counter[str], text: str) -> str | None:
    """Choose the body that is named most often among those that the report's own words (我局, 全区) allow."""
    votes = {end: len(pattern.findall(text)) for pattern, end in _SELF_WORDS}
    end = max(votes, key=lambda e: votes[e])
    if not votes[end]:
        return None
    allowed = {
        n: c for n, c in mentions.items() if n.endswith(end) or (end == "政府" and n.endswith(("办事处", "管委会")))
    }
    return max(allowed, key=lambda n: (allowed[n], len(n))) if allowed else None


def _in_full(name: str, mentions: Counter[str]) -> str:
    """Return the full name that a short one stands for, where the report has it."""
    fuller = [m for m in mentions if bodies.is_short_for(name, m)]
    return max(fuller, key=lambda m: (mentions[m], len(m))) if fuller else name


def _placed(name: str, mentions: Counter[str]) -> str:
    """Put the place before a name that says only its level (市财政局), where the report leaves one choice."""
    level = name[0]
    if level not in "省市区县旗州盟":
        return name
    places = {r for m in mentions if (r := bodies.region_of(m)) and r.endswith(level)}
    return f"{places.pop()}{name[1:]}" if len(places) == 1 else name


def find_agency(titles: Sequence[Title], preamble: str, text: str) -> Agency | None:
    """Find the body that a report is of.

    Args:
        titles: Titles of the report, as ``find_titles`` gives them.
        preamble: What stands before the first section, folded.
        text: The whole report, folded.

    Returns:
        The body, or None where the report names none.
    """
    mentions = find_mentions(text)
    names = list(dict.fromkeys(_stated(titles, preamble, text)))
    for name in names:
        if bodies.is_national(name):
            return Agency(name, None, bodies.kind_of(name), inferred=False)
        full = _in_full(name, mentions + Counter(names))
        placed = _placed(full, mentions)
        if bodies.region_of(placed):
            return Agency(placed, bodies.region_of(placed), bodies.kind_of(placed), inferred=placed != full)
    likeliest = names[0] if names else _likeliest(mentions, text)
    if not likeliest:
        return None
    return Agency(likeliest, bodies.region_of(likeliest), bodies.kind_of(likeliest), inferred=not names)
