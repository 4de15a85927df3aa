"""The title of a report: the body and the year that it names, on one line or broken over several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gxnlp.report import bodies


def _spaced(words: str) -> str:
    return r"\s*".join(words)


_DIGITS = {
    "〇": "0",
    "○": "0",
    "零": "0",
    "O": "0",
    "o": "0",
    **{c: str(i) for i, c in enumerate("一二三四五六七八九", 1)},
}
YEAR = r"(?:[12]\s*[09]\s*\d\s*\d|[一二]\s*[〇○零Oo九]\s*[〇○零Oo一二三四五六七八九]\s*[〇○零Oo一二三四五六七八九])"
_YEAR = re.compile(rf"(?<!\d)(?P<year>{YEAR})\s*(?:年\s*度?|度|$)")
_CORE = re.compile(
    rf"(?:{_spaced('政府信息公开')}|{_spaced('政务公开')}|{_spaced('信息公开')})\s*(?:{_spaced('工作')})?\s*(?:{_spaced('情况')})?\s*的?\s*"
    rf"(?:(?P<year>{YEAR})\s*年?\s*)?(?:年?\s*度)?\s*(?:{_spaced('工作')})?\s*(?:{_spaced('情况')})?\s*的?\s*(?:{_spaced('年度')})?\s*"
    rf"(?:{_spaced('报告')}|{_spaced('总结')}|{_spaced('年报')})(?!{_spaced('格式')}|编制|要求|的通知)"
)
_SENTENCE_END = re.compile(r"[。;；!?！？]")
_CLAUSE = re.compile(r"[,。;:!?《》“”\"'|>]")
_NO_PART_OF_A_NAME = re.compile(r"(?:网站?|门户|公开|平台|首页|正文|附件\d*|索引号|[:：])$")


@dataclass(frozen=True, slots=True)
class Title:
    """What one title says; ``whole_line`` tells a title on lines of its own from one that a sentence names."""

    body: str | None
    year: int | None
    whole_line: bool


def year_number(written: str) -> int:
    """Return the year that is written in any digits.

    >>> year_number("二〇二〇"), year_number("2 0 1 9")
    (2020, 2019)
    """
    return int("".join(_DIGITS.get(c, c) for c in written if not c.isspace()))


def _parts(prefix: str) -> tuple[str, int | None]:
    """Split what stands before 政府信息公开… into a name and a year; the year may stand on either side of the name."""
    years = list(_YEAR.finditer(prefix))
    if not years:
        return bodies.trimmed(re.sub(r"\s+", "", prefix)), None
    match = years[-1]
    before, after = (bodies.trimmed(re.sub(r"\s+", "", p)) for p in (prefix[: match.start()], prefix[match.end() :]))
    name = next((n for n in (before, after) if bodies.is_name(n)), before or after)
    return name, year_number(match["year"])


def _lines_above(text: str, line_start: int) -> Iterator[str]:
    """Yield up to two short lines above, as a title broken over lines has them."""
    for line in [line for line in text[:line_start].split("\n")[-6:] if line.strip()][::-1][:2]:
        if len(line) > 40 or _SENTENCE_END.search(line):
            return
        yield line.strip()


def _named(text: str, line_start: int, prefix: str) -> tuple[str | None, int | None]:
    """Find name and year of a title whose last line begins with ``prefix``, with lines above joined where needed."""
    name, year = _parts(prefix)
    if bodies.is_name(name) and bodies.region_of(name):
        return name, year
    joined = prefix
    for line in _lines_above(text, line_start):
        whole_above = _parts(line)[0]
        apart = bodies.is_name(whole_above) or _NO_PART_OF_A_NAME.search(line)
        if apart and len(name) > 3:
            break
        joined = line + joined
        longer, longer_year = _parts(joined)
        if bodies.is_name(longer) and bodies.region_of(longer):
            return longer, year or longer_year
        year = year or longer_year
    return (name if bodies.is_name(name) else None), year


def _name_below(rest_of_text: str) -> str | None:
    """Return the body that stands on the line under the title, as a signature there does."""
    lines = [line.strip() for line in rest_of_text.split("\n")[1:-1] if line.strip()]
    name = bodies.trimmed(_parts(lines[0])[0]) if lines else ""
    return name if bodies.is_name(name) and bodies.region_of(name) else None


def find_titles(text: str) -> list[Title]:
    r"""Find the titles in a folded text (lines kept), the surest first.

    >>> find_titles("青山市财政局\n2020年政府信息公开工作\n年度报告\n一、总体情况")
    [Title(body='青山市财政局', year=2020, whole_line=True)]
    """
    titles = []
    for core in _CORE.finditer(text):
        line_start = text.rfind("\n", 0, core.start()) + 1
        prefix = text[line_start : core.start()]
        # 政府 belongs to the body in …人民政府信息公开…
        if prefix.endswith("人民") and core.group().startswith("政府"):
            prefix += "政府"
        rest = text[core.end() : core.end() + 24]
        whole_line = not _CLAUSE.search(prefix) and (not rest.strip(" ") or rest.lstrip(" ")[0] in "\n(_-|<[【")
        if whole_line:
            name, year = _named(text, line_start, prefix)
        else:
            name, year = _parts(_CLAUSE.split(prefix)[-1])
        if core["year"]:
            year = year_number(core["year"])
        elif year is None and (after := re.match(rf"\s*\(?\s*(?P<year>{YEAR})\s*年?度?", rest)):
            year = year_number(after["year"])
        if whole_line and not name:
            name = _name_below(rest_of_text=text[core.end() : core.end() + 80])
        name = name if name and bodies.is_name(name) else None
        if name and bodies.region_of(name) == name:
            name = bodies.government_of(name)
        if name or year:
            titles.append(Title(name, year if year and 2003 <= year <= 2099 else None, whole_line))
    return sorted(titles, key=lambda title: (not title.whole_line, not title.body, not title.year))
