"""The baseline of regular expressions: the keyword that is nearest to a number says what it means.

Written against folds 1 to 4 of the narratives, fold 0 unseen. Candidates are the grammar's, so that only the meaning
is at stake. A candidate is judged in its clause, then further back in its sentence, then by the figure before it and by
the heading above it; units settle money, rates and what is no count at all. The words: ``baseline_rules.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from gxnlp.figures.sentences import join_soft_breaks

Span = tuple[int, int]
Reading = tuple[tuple[str, ...], str]
"""The labels of a candidate (none where it is no figure) and its period: year, cumulative or other_year."""

NONE: Reading = ((), "year")

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_KEYWORDS = {label: re.compile("|".join(parts)) for label, parts in _WORDS["keywords"].items()}
_MEASURES: dict[str, str] = _WORDS["measures"]
_SAYS = {name: re.compile("|".join(parts)) for name, parts in _WORDS["patterns"].items()}
_ITEM_UNITS = "条篇件项则份个幅次批期"
_REQUEST = re.compile(r"申请(?!人|表|办理|书|量)")
_COUNTED = re.compile(r"\d[余多]?[万亿]?[条篇件项份则个次批期%]?$")
_BREAK = re.compile(r"[,;:。!?\n]")
_SENTENCE = re.compile(r"[。!?\n]")
_NUMBER = "[一二三四五六七八九十]{1,3}"
_HEADING = re.compile(rf"(?:^|\n)[ #*]*(?:{_NUMBER}[、.]|\({_NUMBER}\)|\d[.、])([^\n。;,]{{2,24}})")
_DENIED = (
    "requests_carried_over", "reviews", "lawsuits", "complaints", "fees", "docs_repealed", "docs_issued",
    "requests_completed",
)  # fmt: skip
_SECTION = {
    "依申请": "requests_received",
    "复议": "reviews",
    "收费": "fees",
    "主动公开": "items_category",
    "解读": "interpretations",
}
_REQUESTS = ("requests_received", "requests_completed", "requests_carried_over", "requests_cumulative")


class RuleReader:
    """Reads candidates by rule; needs no training."""

    def read(self, text: str, spans: Sequence[Span]) -> list[Reading]:
        """Return what each candidate of a normalised text says, in order."""
        text = join_soft_breaks(text)
        headings = [(m.start(), m[1]) for m in _HEADING.finditer(text)]
        lines = [text.rfind("\n", 0, start) for start, _ in spans]
        counted = Counter(
            line for line, s in zip(lines, spans, strict=True) if _SAYS["channel"].search(_own_clause(text, s)[0])
        )
        readings: list[Reading] = []
        before: tuple[Span, tuple[str, ...]] | None = None
        for index, span in enumerate(spans):
            if before and text.rfind("\n", 0, before[0][0]) != lines[index]:
                before = None
            above = next((title for place, title in reversed(headings) if place <= span[0]), "")
            following = spans[index + 1][0] if index + 1 < len(spans) else len(text)
            labels = _labels(text, span, following, before, above, counted[lines[index]] > 1)
            readings.append((labels, _period(text, span, labels)) if labels else NONE)
            if labels and labels != ("rate",):
                before = span, labels
        return readings


def _own_clause(text: str, span: Span) -> tuple[str, str]:
    """Return the clause before a candidate, and what follows it up to the next break."""
    begin = max((m.end() for m in _BREAK.finditer(text, max(0, span[0] - 80), span[0])), default=max(0, span[0] - 80))
    # In 规划3条、动态5条 a part begins where the one before ends.
    part = text.rfind("、", begin, span[0])
    begin = part + 1 if part > 0 and _COUNTED.search(text, max(0, part - 6), part) else begin
    stop = _BREAK.search(text, span[1], span[1] + 40)
    return text[begin : span[0]], text[span[1] : stop.start() if stop else span[1] + 40]


def _labels(
    text: str, span: Span, following: int, before: tuple[Span, tuple[str, ...]] | None, heading: str, several: bool
) -> tuple[str, ...]:
    own = text[slice(*span)]
    clause, after = _own_clause(text, span)
    if not re.search(r"[\d零一二三四五六七八九十百千万两几数]|百分", own):
        return _denied(text, span, following, heading)
    unit = re.sub(r"^[\d,.\s零〇一二三四五六七八九十百千万亿两几数余多]+", "", own)
    if _SAYS["no_count"].match(unit) or _SAYS["rule"].search(clause) or _SAYS["announces"].match(unit[:1] + after):
        return ()
    if "%" in own or "分之" in own or unit in ("成", "‰"):
        return ("rate",) if not _SAYS["economy"].search(clause + after[:8]) else ()
    if "元" in unit and _SAYS["price"].search(clause + "#" + after[:8]):
        return ()
    if "元" in unit:
        sentence = text[max((m.end() for m in _SENTENCE.finditer(text, 0, span[0])), default=0) : span[0]]
        if re.search(r"费(?!补)|收取|罚没", clause) or "收费" in heading:
            return ("fees",)
        return (
            ("funds_disbursed",)
            if _SAYS["paid"].search(clause) or _SAYS["paid"].search(sentence[-40:])
            else ("funds_other",)
        )
    # A part of a list has a noun and no verb: it belongs to what the list breaks down.
    listed = (
        before is not None
        and unit[:1] in ("", *"条篇件份则项个次")
        and len(clause) <= 20
        and not _SAYS["own_verb"].search(clause)
    )
    inherited = before[1] if before else ()
    if listed and inherited and inherited[0].startswith("items"):
        found: str | None = "items_total"
    elif not unit and not _SAYS["bare"].search(clause + "#" + after):
        return ()
    elif listed and inherited and inherited[0] in _REQUESTS and "信息" not in clause:
        found = _nearest(text, span, unit, before, (*_REQUESTS[:3], "reviews", "lawsuits"))
    else:
        found = _nearest(text, span, unit, before)
    if found is None:
        section = next((label for word, label in _SECTION.items() if word in heading), None)
        found = inherited[0] if inherited else section
        if found is None or (found.startswith("items") and unit[:1] not in _ITEM_UNITS):
            return ()
    earlier = text[max(before[0][1] if before else 0, span[0] - 60) : span[0]]
    since = bool(_SAYS["cumulative"].search(_SENTENCE.split(earlier)[-1])) and not _SAYS["this_year"].search(clause)
    if since and (found in _REQUESTS or found.startswith("items")):
        return ("requests_cumulative",) if found in _REQUESTS else ("items_cumulative",)
    if found.startswith("items"):
        found = _item_scope(clause, inherited, several)
    joint = re.search(r"复议.{0,6}诉讼|诉讼.{0,6}复议", clause)
    if found in ("reviews", "lawsuits") and joint and not re.search(r"\d", clause[-8:]):
        return "reviews", "lawsuits"
    if re.search(r"(?:收到|受理)[并、和及]?(?:已)?(?:办结|答复|办理)", clause) and found in _REQUESTS:
        return "requests_received", "requests_completed"
    return (found,)


def _nearest(
    text: str, span: Span, unit: str, before: tuple[Span, tuple[str, ...]] | None, among: Collection[str] = ()
) -> str | None:
    """Return the label whose keyword is nearest: in the clause, right after the number, then back in the sentence."""
    clause, after = _own_clause(text, span)
    start = max(
        (m.end() for m in _SENTENCE.finditer(text, max(0, span[0] - 160), span[0])), default=max(0, span[0] - 160)
    )
    since = max(start, before[0][1]) if before else start
    best: tuple[float, str] | None = None
    for zone, weight in ((clause, 0.0), (after[:12], 3.0), (text[since : span[0]], 12.0)):
        for label, pattern in (*_KEYWORDS.items(), ("items_total", _SAYS["items"])):
            if among and label not in among:
                continue
            measures = _ITEM_UNITS if label == "items_total" else _MEASURES.get(label, "")
            if unit and measures and unit[0] not in measures:
                continue
            for match in pattern.finditer(zone):
                gap = match.start() if zone == after[:12] else len(zone) - match.end()
                # A longer keyword says more; the general words for items give way to any other.
                cost = (
                    weight
                    + gap
                    - 1.5 * min(len(match[0]), 8)
                    + {"items_total": 5, "other": 7, "requests_carried_over": -3}.get(label, 0)
                )
                cost += 6 if label in ("policy_items", "beneficiaries", "channels") and unit[:1] in "条篇件" else 0
                if best is None or cost < best[0]:
                    best = (cost, label)
        if best is not None and zone != clause:
            break
    return best[1] if best else None


def _item_scope(clause: str, inherited: tuple[str, ...], several: bool) -> str:
    """Tell total from category from channel, and from what is made."""
    if _SAYS["produced"].search(clause):
        return "items_produced"
    within = bool(inherited) and inherited[0].startswith("items")
    channel = max((m.end() for m in _SAYS["channel"].finditer(clause)), default=0)
    category = max((m.end() for m in _SAYS["category"].finditer(clause)), default=0)
    if within and _SAYS["earlier"].search(clause):
        return inherited[0]
    total = bool(_SAYS["total"].search(clause))
    if channel and channel >= category:
        return "items_channel" if several or within or not total else "items_total"
    if total and not (within and "其中" in clause):
        return "items_total"
    if within and inherited[0] == "items_produced" and not category:
        return inherited[0]
    return "items_category" if category or within else "items_total"


def _denied(text: str, span: Span, following: int, heading: str) -> tuple[str, ...]:
    """Return what a denial denies: everything named after it up to the next figure, else what is named before it."""
    stop = _SENTENCE.search(text, span[1])
    ahead = text[span[1] : min(following, stop.start() if stop else len(text), span[1] + 60)]
    clause, _ = _own_clause(text, span)
    for zone in (text[span[0] : span[1]] + ahead, clause[-24:]):
        labels = [label for label in _DENIED if _KEYWORDS[label].search(zone)]
        if "requests_completed" in labels and not re.search(r"答复|予以|办结|延期|不予", zone):
            labels.remove("requests_completed")
        if labels == ["requests_completed"] or (labels and "申请" in zone and "requests_carried_over" in labels):
            return tuple(labels[:1])
        if _REQUEST.search(zone) and not {"reviews", "lawsuits", "fees", "requests_carried_over"} & set(labels):
            return ("requests_received",)
        if labels:
            pair = [label for label in labels if label in ("reviews", "lawsuits", "complaints")]
            return tuple(pair or labels[:1])
    return ("requests_received",) if "依申请" in heading and "收" in text[slice(*span)] else ()


def _period(text: str, span: Span, labels: tuple[str, ...]) -> str:
    clause, _ = _own_clause(text, span)
    if labels[0].endswith("_cumulative") or (
        _SAYS["cumulative"].search(clause) and not _SAYS["this_year"].search(clause[-10:])
    ):
        return "cumulative"
    return "other_year" if _SAYS["earlier"].search(clause) and "增" not in clause[-6:] else "year"
