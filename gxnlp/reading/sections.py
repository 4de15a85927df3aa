"""Sections of a report by title and content, not by number.

Titles vary, numbers shift, titles go missing: a title is known by its words, its place in the numbering only helps with
titles of other words. What looks like a title but is not - rows of the request table (一、本年新收…), the list of parts
in the preamble, a table of contents, numbering that starts anew inside a section - is told by where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gxnlp.document import Block, Section, SectionKind, Table
from gxnlp.reading.lines import LINE_BREAK, MarkStyle, mark_of
from gxnlp.reading.section_titles import ends_as_title, is_canonical, is_report_title, kind_of_title
from gxnlp.view import View

_REQUEST_ROW = re.compile(r"本年新收|上年结转|本年度?办理结果|结转下年")
_STATISTICS_ROW = re.compile(r"(?:数量|的费用)$|^(?:回应解读|机构建设和保障经费|政府信息公开会议和培训)")
_SENTENCE = re.compile(r"[。;!?]")
_LEADER = re.compile(r"[.…·\-\s]*\d*$")
_TABLE_TOPICS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("statistics", re.compile(r"统计指标|主动公开政府信息数")),
    ("requests", re.compile(r"本年新收政府信息公开申请|上年结转政府信息公开申请")),
    ("reviews", re.compile(r"未经复议直接起诉|复议后起诉")),
    ("fees", re.compile(r"通知收取件数|信息处理费收取")),
    ("disclosure", re.compile(r"第二十条第|本年制发件数")),
)
_SHORTCOMINGS = re.compile(
    r"(?:但|还|仍|也|同时).{0,24}(?:存在|有).{0,16}(?:不足|问题|差距|薄弱)|(?:存在|有).{0,16}(?:不足|问题|差距).{0,6}[:,]"
)
_PREAMBLE = re.compile(r"(?:根据|依据|依照|按照|遵照).{0,160}(?:编制|撰写|如下|公布|发布|报告|要求|规定)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line at which a section might begin; offsets into the text, ``view`` its folded text."""

    block: int
    start: int
    end: int
    view: str
    lone: bool
    """Whether it is all of its block."""


@dataclass(frozen=True, slots=True)
class _Title:
    line: _Line
    end: int
    """Where the title ends in the text (a full stop or colon after it is no part of it)."""
    words: str
    style: MarkStyle | None
    number: int
    kind: SectionKind | None
    whole: bool
    """Whether the line is nothing but the title."""


def find_sections(text: str, blocks: Sequence[Block], tables: Sequence[Table]) -> tuple[list[Block], list[Section]]:
    """Find the sections of a report.

    Args:
        text: The text as read.
        blocks: Its blocks in order, outside of all tables.
        tables: Its tables in order.

    Returns:
        The blocks, with section titles, sub-titles and the report's own title as blocks of kind ``heading`` (a title
        that runs on into its paragraph is split from it), and the sections, which cover blocks and tables.
    """
    places = [(b.start, b.end) for b in blocks] + [(t.start, t.end) for t in tables]
    if not places:
        return [], []
    first, last = min(start for start, _ in places), max(end for _, end in places)
    view = View(text)
    lines = list(_lines(text, view, blocks))
    titles = _without_contents(_choose([_title(text, view, line) for line in lines], blocks), blocks, tables)
    sections = [Section(text[t.line.start : t.end], t.kind or "other", t.line.start, last) for t in titles]
    sections = _with_untitled(sections, titles, lines, view, tables, first, last)
    ends = [*(section.start for section in sections[1:]), last]
    sections = [replace(section, end=end) for section, end in zip(sections, ends, strict=True)]
    return _with_headings(text, blocks, lines, titles), sections


def _lines(text: str, view: View, blocks: Sequence[Block]) -> Iterator[_Line]:
    for index, block in enumerate(blocks):
        if block.kind == "furniture":
            continue
        whole = view.text[view.view_offset(block.start) : view.view_offset(block.end)].replace("\n", "")
        if block.kind == "heading" or len(whole) <= 60:
            yield _Line(index, block.start, block.end, whole, lone=True)
            continue
        start = block.start
        breaks = [(match.start(), match.end()) for match in LINE_BREAK.finditer(text, block.start, block.end)]
        for end, following in [*breaks, (block.end, block.end)]:
            part = view.text[view.view_offset(start) : view.view_offset(end)].strip()
            if part:
                yield _Line(index, start, end, part, lone=False)
            start = following


def _title(text: str, view: View, line: _Line) -> _Title | None:
    """Read a line as a title, or return None where it cannot be one."""
    mark = mark_of(line.view)
    offset = mark.end if mark else 0
    style, number = (mark.style, mark.number) if mark else (None, 0)
    if mark is None:
        bare = re.match(r"([一二三四五六七八九]|十[一二]?)(?=[\u4e00-\u9fff]{3})", line.view)
        if bare and is_canonical(line.view[bare.end() :]):
            mark = mark_of(bare.group() + "、")
            style, number, offset = "chinese", mark.number if mark else 0, bare.end()
    words = line.view[offset:].strip()
    base = view.view_offset(line.start)
    if len(words) <= 45 and not _SENTENCE.search(words[:-1]):
        colon = re.search(r":(?=.{3})", words)
        if not colon or re.match(r"附[件表]", words) or not kind_of_title(words[: colon.start()]):
            clean = _LEADER.sub("", words.rstrip("。:;.")) if words.rstrip("。:;.") else words
            end = view.source_span(base, base + offset + len(words.rstrip("。:;")))[1]
            return _Title(line, min(end, line.end), clean, style, number, kind_of_title(clean), whole=True)
    # A title that runs on: "三、依申请公开情况。2016年…", "一、概述 2016年…".
    for end in _inline_ends(text, view, line, base, offset):
        words = view.text[base + offset : end].strip()
        if 2 <= len(words) <= 40 and is_canonical(words):
            return _Title(line, view.source_span(base, end)[1], words, style, number, kind_of_title(words), whole=False)
    return None


def _inline_ends(text: str, view: View, line: _Line, base: int, offset: int) -> Iterator[int]:
    """Offsets of the view at which a title at the start of a longer line may end: a stop or colon, a blank."""
    first = re.search(r"[。:;(]", line.view[offset : offset + 42])
    if first:
        yield base + offset + first.start()
    start = view.source_span(base + offset, base + offset + 1)[0]
    for blank in re.finditer(r"[ \u3000\xa0\t]+", text[start : min(start + 60, line.end)]):
        yield view.view_offset(start + blank.start())


def _choose(titles: Iterable[_Title | None], blocks: Sequence[Block]) -> list[_Title]:
    """Choose among the lines that may be titles those that are titles of sections."""
    candidates = [title for title in titles if title and not _REQUEST_ROW.search(title.words)]
    top = _top_style(candidates)
    marked = {t.kind for t in candidates if t.style == top and t.style and _is_strong(t)}
    chosen: list[_Title] = []
    last = 0
    for title in candidates:
        current = chosen[-1].kind if chosen else None
        if title.style is not None and title.style == top:
            if not _is_next(title, last, current, {t.kind for t in chosen}):
                continue
            last = title.number
        elif title.style is not None or not _stands_alone(title, marked, current, blocks):
            continue
        chosen.append(title)
    return [replace(t, kind=t.kind or _kind_by_place(i, chosen)) for i, t in enumerate(chosen)]


def _top_style(candidates: Sequence[_Title]) -> MarkStyle | None:
    """The style of mark that section titles have: of those with two known titles, or else one, the first to appear."""
    styles = dict.fromkeys(t.style for t in candidates if t.style and t.style != "item")
    counts = {s: len({t.kind for t in candidates if t.style == s and _is_strong(t)}) for s in styles}
    unmarked = len({t.kind for t in candidates if t.style is None and t.whole and is_canonical(t.words)})
    for least in (2, 1):
        for style, count in counts.items():
            if count >= least and (count > 1 or unmarked < 2 or style == "chinese"):
                return style
    return None


def _is_strong(title: _Title) -> bool:
    return title.kind is not None and ends_as_title(title.words)


def _is_next(title: _Title, last: int, current: SectionKind | None, seen: set[SectionKind | None]) -> bool:
    """Whether a title with a mark of the top style begins a section, after the section numbered ``last``."""
    follows = title.number == last + 1
    if current == "statistics":
        # The statistics form numbers its own parts; they are rows, not sections.
        return follows and is_canonical(title.words) and not _STATISTICS_ROW.search(title.words)
    if title.kind is None or not (_is_strong(title) or title.number > last):
        return title.whole and follows
    if title.number > last:
        return follows or _is_strong(title)
    return title.kind not in seen and is_canonical(title.words)


def _stands_alone(
    title: _Title, marked: set[SectionKind | None], current: SectionKind | None, blocks: Sequence[Block]
) -> bool:
    """Whether a title without a mark begins a section: only one that no title with a mark is there for."""
    if not is_canonical(title.words) or title.kind == current:
        return False
    if not title.whole or "," in title.words:
        return False
    if not title.line.lone and blocks[title.line.block].start != title.line.start:
        return False
    return title.kind not in marked


def _kind_by_place(index: int, chosen: Sequence[_Title]) -> SectionKind:
    """A numbered title whose words do not tell: work in general at first, something else after the request parts."""
    before = {title.kind for title in chosen[:index]}
    return "other" if before & {"requests", "reviews", "problems"} else "overview"


def _without_contents(titles: list[_Title], blocks: Sequence[Block], tables: Sequence[Table]) -> list[_Title]:
    """Drop a table of contents: a run of titles with nothing between them whose kinds all come again."""
    run = 1
    while run < len(titles) and titles[run].line.block <= titles[run - 1].line.block + 1:
        between = (titles[run - 1].line.end, titles[run].line.start)
        if any(between[0] <= table.start < between[1] for table in tables):
            break
        run += 1
    if run >= 3:
        again = {title.words for title in titles[run:]}
        return [title for i, title in enumerate(titles) if i >= run or title.words not in again]
    return titles


def _with_untitled(
    sections: list[Section],
    titles: Sequence[_Title],
    lines: Sequence[_Line],
    view: View,
    tables: Sequence[Table],
    first: int,
    last: int,
) -> list[Section]:
    """Add what has no title: the preamble, parts known by their table, shortcomings where a number is missing."""
    known = {section.kind for section in sections}
    added: list[Section] = []
    if not sections or sections[0].start > first:
        added.append(Section("", "preamble", first, last))
    if not sections:
        after = next((line.start for line in lines if not _is_preamble(line.view)), None)
        if after is not None and after > first:
            added.append(Section("", "overview", after, last))
        elif after is not None:
            added = [Section("", "overview", first, last)]
    for table in tables:
        kind = _kind_of_table(view, table)
        inside = next((s for s in reversed(sections) if s.start <= table.start), None)
        if kind and kind not in known and not (inside and inside.kind in ("statistics", kind)):
            known.add(kind)
            added.append(Section("", kind, table.start, last))
    if "problems" not in known or any(_gap(a, b) for a, b in pairwise(titles)):
        added += _shortcomings(titles, lines, last)
    starts = {section.start for section in sections}
    merged = sorted(
        [*sections, *(section for section in added if section.start not in starts)], key=lambda section: section.start
    )
    return [s for i, s in enumerate(merged) if i + 1 == len(merged) or merged[i + 1].start > s.start]


def _gap(before: _Title, after: _Title) -> bool:
    return before.style is not None and before.style == after.style and after.number == before.number + 2


def _shortcomings(titles: Sequence[_Title], lines: Sequence[_Line], last: int) -> list[Section]:
    """Where a number of the titles is missing, a paragraph that turns to shortcomings begins the part it numbered."""
    for before, after in pairwise(titles):
        if not _gap(before, after) or before.kind == "problems":
            continue
        for line in lines:
            between = before.line.end <= line.start < after.line.start and not mark_of(line.view)
            if between and len(line.view) > 20 and _SHORTCOMINGS.search(line.view[:200]):
                return [Section("", "problems", line.start, last)]
    return []


def _is_preamble(line: str) -> bool:
    return (len(line) <= 60 and not _SENTENCE.search(line)) or bool(_PREAMBLE.search(line[:400]))


def _kind_of_table(view: View, table: Table) -> SectionKind | None:
    start = view.view_offset(table.start)
    opening = view.text[start : min(view.view_offset(table.end), start + 1200)].replace("\n", "")
    found = [(match.start(), kind) for kind, pattern in _TABLE_TOPICS if (match := pattern.search(opening))]
    return min(found)[1] if found else None


def _with_headings(text: str, blocks: Sequence[Block], lines: Sequence[_Line], titles: Sequence[_Title]) -> list[Block]:
    """Mark titles as headings; split a title from the paragraph that it stands in."""
    cuts: dict[int, list[tuple[int, int]]] = {}
    for title in titles:
        cuts.setdefault(title.line.block, []).append((title.line.start, title.line.end if title.whole else title.end))
    sub = {line.block for line in lines if line.lone and _is_subtitle(line.view) and not _is_row(text, line)}
    sub |= _report_title(lines, titles)
    result: list[Block] = []
    for index, block in enumerate(blocks):
        if index not in cuts:
            result.append(replace(block, kind="heading") if block.kind == "paragraph" and index in sub else block)
            continue
        position = block.start
        for start, end in cuts[index]:
            result += _part(text, block, position, start)
            result += [replace(part, kind="heading") for part in _part(text, block, start, end)]
            position = end
        result += _part(text, block, position, block.end)
    return result


def _report_title(lines: Sequence[_Line], titles: Sequence[_Title]) -> set[int]:
    """The blocks of the report's own title, which may stand on two lines (the body, then the report)."""
    opening = [line for line in lines if line.lone and not (titles and line.start >= titles[0].line.start)]
    for i, line in enumerate(opening):
        if is_report_title(line.view):
            above = opening[i - 1] if i and opening[i - 1].block == line.block - 1 else None
            body = above and len(above.view) <= 30 and not re.search(r"[,。;:]", above.view)
            return {line.block, above.block} if above and body else {line.block}
    return set()


def _is_row(text: str, line: _Line) -> bool:
    return bool(re.search(r"[|\t]", text[line.start : line.end]))


def _part(text: str, block: Block, start: int, end: int) -> list[Block]:
    """A part of a block without the blanks around it, and without the stop that parted it from its title."""
    if start > block.start:
        while start < end and text[start] in "。:：.．":
            start += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [replace(block, start=start, end=end)] if start < end else []


def _is_subtitle(line: str) -> bool:
    mark = mark_of(line)
    return (
        mark is not None and mark.end < len(line) <= 40 and not re.search(r"[。;:,!?]|\d\w*[条件项次个份]", line[:-1])
    )
