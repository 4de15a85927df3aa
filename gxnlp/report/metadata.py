"""What a report says of itself: the body, its place, year and period, the form in use, contacts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from datetime import date

from gxnlp import schema
from gxnlp.document import Document
from gxnlp.report.agency import find_agency
from gxnlp.report.contacts import find_contacts
from gxnlp.report.titles import YEAR, find_titles, year_number
from gxnlp.view import View

_HEAD = 2500  # characters that are taken for the preamble where no section marks its end
_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_PERIOD = re.compile(
    rf"(?<!\d)(?P<y1>{YEAR})\s*[年./-]\s*(?P<m1>{_NUMERAL})\s*[月./-]?\s*(?:(?<=[月./-])\s*(?P<d1>{_NUMERAL})\s*[日号]?)?\s*(?:零时)?"
    rf"(?:[^,。;\d]{{0,16}}[起始])?,?\s*(?:至|到|-|~|—)+\s*(?:(?P<y2>{YEAR})\s*[年./-]\s*|同年|当年)?(?P<m2>{_NUMERAL})\s*[月./-]\s*"
    rf"(?:(?P<d2>{_NUMERAL})\s*[日号]?)?"
)
_ABOUT_PERIOD = re.compile(r"统计|数据|期限|时限|时间段|截止|报告期|所列|时段|区间")
_YEAR_IN_PROSE = re.compile(rf"(?<![\d〔\[(])(?P<year>{YEAR})\s*年(?!\s*\d{{1,2}}\s*月)")
_CHINESE_DAYS = {"十": 10, **{c: i for i, c in enumerate("一二三四五六七八九", 1)}}


def _day_number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, mark, ones = written.partition("十")
    if not mark:
        return _CHINESE_DAYS.get(written, 0)
    return (_CHINESE_DAYS.get(tens, 1) if tens else 1) * 10 + (_CHINESE_DAYS.get(ones, 0) if ones else 0)


def _period(match: re.Match[str]) -> tuple[date, date] | None:
    """Return the period that a match says, whole months where no days are given; None where it is no calendar date."""
    first_year = year_number(match["y1"])
    last_year = year_number(match["y2"]) if match["y2"] else first_year
    try:
        last_month = _day_number(match["m2"])
        last_day = _day_number(match["d2"]) if match["d2"] else monthrange(last_year, last_month)[1]
        start = date(first_year, _day_number(match["m1"]), _day_number(match["d1"]) if match["d1"] else 1)
        end = date(last_year, last_month, last_day)
    except ValueError:
        return None
    return (start, end) if start < end and (end - start).days <= 2 * 366 else None


def find_period(text: str, year: int | None) -> tuple[date, date] | None:
    """Find the period that the report's figures are for.

    Args:
        text: The report, folded.
        year: The year of its title, where known: a period stated without words about statistics must be of this year.

    >>> find_period("数据统计期限自2024年1月1日起至12月31日止。", None)
    (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
    """
    for match in _PERIOD.finditer(text):
        period = _period(match)
        if period is None:
            continue
        about = _ABOUT_PERIOD.search(text, max(0, match.start() - 30), min(len(text), match.end() + 12))
        whole_year = period[0].month == period[0].day == 1 and (period[1].month, period[1].day) == (12, 31)
        if about and (period[1] - period[0]).days >= 27 and year in (None, period[0].year, period[1].year):
            return period
        if whole_year and period[1].year == year and match.start() < _HEAD:
            return period
    return None


def _commonest_year(text: str) -> int | None:
    years = Counter(year_number(m["year"]) for m in _YEAR_IN_PROSE.finditer(text))
    likely = {y: c for y, c in years.items() if 2003 <= y <= 2099}
    return max(likely, key=lambda y: (likely[y], y)) if likely else None


def _prose_ranges(document: Document, view: View) -> list[tuple[int, int]]:
    return [(view.view_offset(b.start), view.view_offset(b.end)) for b in document.blocks]


def _with_blocks_on_one_line(document: Document) -> str:
    """Return the text with the line breaks inside blocks made invisible; every other character keeps its offset."""
    pieces: list[str] = []
    position = 0
    for block in document.blocks:
        inside = document.text[block.start : block.end].replace("\r", "\u200b").replace("\n", "\u200b")
        pieces += (document.text[position : block.start], inside)
        position = block.end
    return "".join((*pieces, document.text[position:]))


def _preamble_end(document: Document, view: View) -> int:
    first_body = next((s.start for s in document.sections if s.kind != "preamble"), None)
    starts = [t.start for t in document.tables[:1]]
    if first_body is not None:
        starts.append(first_body)
    return min((view.view_offset(s) for s in starts), default=min(len(view), _HEAD))


def read_meta(document: Document, form: str | None) -> tuple[schema.Meta, list[schema.Warning]]:
    """Read what the report says of itself.

    Args:
        document: The report as read.
        form: The form that its tables follow, as the table reader found it, or None.

    Returns:
        The metadata, and warnings for what had to be inferred or is said in two ways.
    """
    view = View(_with_blocks_on_one_line(document))
    ranges = _prose_ranges(document, view)
    preamble_end = _preamble_end(document, view)
    prose = "\n".join(view.text[a:b] for a, b in ranges)
    titles = find_titles(view.text)
    if document.title:
        titles += [t for t in find_titles(View(document.title).text) if t not in titles]
        titles.sort(key=lambda title: not title.whole_line)
    warnings = []

    title_year = next((t.year for t in titles if t.year and t.whole_line), None)
    period = find_period(view.text, title_year) or find_period(view.text, None)
    named_year = next((t.year for t in titles if t.year), None)
    year = title_year or (period[1].year if period else None) or named_year or _commonest_year(prose)
    if period and year not in (period[0].year, period[1].year):
        words = f"the title says {year}, the period {period[0]} to {period[1]}"
        warnings.append(schema.Warning(code="year_conflict", message=words))

    agency = find_agency(titles, view.text[:preamble_end], view.text)
    if agency is None:
        warnings.append(schema.Warning(code="agency_missing", message="the report names no body that it is of"))
    elif agency.inferred:
        words = f"the body is taken to be {agency.name} from what the text speaks of"
        warnings.append(schema.Warning(code="agency_inferred", message=words))
    if year is None:
        warnings.append(schema.Warning(code="year_missing", message="the report names no year"))
    contacts = find_contacts(document.text, view, preamble_end, ranges)
    return (
        schema.Meta.model_validate(
            {
                "agency": agency.name if agency else None,
                "agency_kind": agency.kind if agency else None,
                "region": agency.region if agency else None,
                "year": year,
                "period_start": period[0].isoformat() if period else None,
                "period_end": period[1].isoformat() if period else None,
                "form": form,
                "address": contacts.address,
                "phone": contacts.phone,
                "postcode": contacts.postcode,
                "email": contacts.email,
                "website": contacts.website,
            }
        ),
        warnings,
    )
