"""Which body and year a record belongs to: what the manifest says wins over what the report says, and a difference is
told. Names of one body that are written in full and in short are joined once all are known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gxnlp.report import bodies
from gxnlp.schema import Meta
from gxnlp.view import View

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_BLANKS = re.compile(r"\s+")
_UNIT_SIGNS = "省市区县镇乡旗州盟"
_WORDS_OF_UNIT_SIGNS = (
    "市场",
    "市政",
    "市容",
    "乡村",
    "区域",
    "县域",
    "州际",
)  # 市场监督管理局 is not 市 + 场监督管理局
_FULL_ENDINGS = (
    (re.compile(r"(?<!人民)政府$"), "人民政府"),
    (re.compile(r"管委会$"), "管理委员会"),
    (re.compile(r"街道办$"), "街道办事处"),
)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a user of the panel should know of one report: a stable code and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The body and the year that a record is counted under; None where neither manifest nor report says."""

    body: str | None
    region: str | None
    year: int | None
    issues: tuple[Issue, ...] = ()


def normal_name(name: str, region: str | None = None) -> str:
    """Return the name of a body in the one spelling that the panel counts it under.

    Width and script are folded, words of grammar and blanks go, short endings are written out, a place alone stands
    for its government, and a name without a place gets the one given.

    Args:
        name: The name as written.
        region: The place that it belongs to, where known.

    >>> normal_name("青山市 財政局"), normal_name("市财政局", "青山市")
    ('青山市财政局', '青山市财政局')
    >>> normal_name("青山市政府"), normal_name("河口镇")
    ('青山市人民政府', '河口镇人民政府')
    """
    folded = _BLANKS.sub("", View(name, join_lines=True).text)
    folded = bodies.trimmed(folded) or folded
    if region and bodies.region_of(folded) is None and not bodies.is_national(folded):
        place = _BLANKS.sub("", View(region, join_lines=True).text)
        doubled = folded[:1] == place[-1:] and folded[:1] in _UNIT_SIGNS
        if doubled and not folded.startswith(_WORDS_OF_UNIT_SIGNS):
            folded = folded[1:]
        folded = place + folded
    if bodies.region_of(folded) == folded:
        return bodies.government_of(folded)
    for ending, full in _FULL_ENDINGS:
        folded = ending.sub(full, folded)
    return folded


def identify(meta: Meta, manifest: Mapping[str, str] | None) -> Identity:
    """Tell which body and year a record belongs to.

    Args:
        meta: What the report says of itself.
        manifest: What a manifest says of it; its columns ``body``, ``region`` and ``year`` are used, in any case.
    """
    given = {key.strip().lower(): value.strip() for key, value in (manifest or {}).items()}
    issues: list[Issue] = []
    region = given.get("region") or meta.region
    own_name = normal_name(meta.agency, meta.region or region) if meta.agency else None
    body = normal_name(given["body"], region) if given.get("body") else own_name
    if body and own_name and given.get("body") and not _same_body(body, own_name):
        issues.append(Issue("body_differs", f"the manifest says {given['body']}, the report {meta.agency}"))
    if body and bodies.region_of(body) is None and not bodies.is_national(body):
        issues.append(Issue("region_unknown", f"{body} names no place: bodies of that name are counted as one"))

    year = meta.year
    if given.get("year"):
        found = _YEAR.search(View(given["year"]).text)
        if found is None:
            issues.append(Issue("year_unreadable", f"the manifest's year is {given['year']!r}; the report's is taken"))
        else:
            year = int(found[1])
            if meta.year is not None and meta.year != year:
                issues.append(Issue("year_differs", f"the manifest says {year}, the report {meta.year}"))
    if body is None:
        issues.append(Issue("body_missing", "neither the report nor a manifest names the body"))
    if year is None:
        issues.append(Issue("year_missing", "neither the report nor a manifest names the year"))
    if meta.period_start and meta.period_end and year is not None:
        whole = f"{year}-01-01", f"{year}-12-31"
        if (meta.period_start, meta.period_end) != whole:
            words = f"the figures are for {meta.period_start} to {meta.period_end}, counted under {year}"
            issues.append(Issue("period_not_the_year", words))
    place = bodies.region_of(body) if body else None
    return Identity(body, place or region, year, tuple(issues))


def _same_body(first: str, second: str) -> bool:
    short, full = sorted((first, second), key=len)
    return first == second or full.endswith(short) or bodies.is_short_for(short, full)


def join_names(years_of: Mapping[str, Iterable[int]]) -> dict[str, str]:
    """Find which short names stand for which full ones.

    A name is joined to a fuller one (青山市工信局 to 青山市工业和信息化局, 东河区财政局 to 青山市东河区财政局) where
    only one body of the panel fits it and the two report on no common year: two reports on one year would be two
    bodies, as districts of one name in two cities are.

    Args:
        years_of: The years that each name reports on.

    Returns:
        The full name for each short one that could be joined.
    """
    years = {name: set(reported) for name, reported in years_of.items()}
    by_place: dict[str, list[str]] = defaultdict(list)
    for name in sorted(years):
        if place := bodies.region_of(name):
            by_place[place[-2:]].append(name)
    joined: dict[str, str] = {}
    for names in by_place.values():
        for name in names:
            fuller = [other for other in names if len(other) > len(name) and bodies.is_short_for(name, other)]
            if len(fuller) == 1 and not years[name] & years[fuller[0]]:
                joined[name] = fuller[0]
    groups: dict[str, list[str]] = defaultdict(list)
    for short in joined:
        groups[_fullest(short, joined)].append(short)
    sure: dict[str, str] = {}
    for full, shorts in groups.items():
        reported = [year for name in (full, *shorts) for year in years[name]]
        if len(reported) == len(set(reported)):
            sure.update(dict.fromkeys(shorts, full))
    return sure


def _fullest(name: str, joined: Mapping[str, str]) -> str:
    # A short name may stand for one that is itself short for another.
    while name in joined:
        name = joined[name]
    return name
