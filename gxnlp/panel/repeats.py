"""What a report took over from the year before without saying so: text, figures, and figures of another year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from gxnlp.panel.reduction import Report, Value
from gxnlp.panel.texts import FindProse, Prose
from gxnlp.panel.versions import Version
from gxnlp.panel.yearly import YearCheck, following_years
from gxnlp.schema import CheckStatus, plain_decimal

_CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_RATES = frozenset(("%", "‰"))
_SHORTEST_SENTENCE = 10
_SHARE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """What counts as repeated.

    Attributes:
        window: Characters of folded text that must be the same in a row.
        most_text: Share of the prose above which ``repeated_text`` fails.
        least_text: Characters of prose below which it is not assessed.
        most_figures: Share of the figures above which ``repeated_figures`` fails.
        least_figures: Figures below which it is not assessed.
    """

    window: int = 12
    most_text: Decimal = Decimal("0.8")
    least_text: int = 200
    most_figures: Decimal = Decimal("0.5")
    least_figures: int = 5


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two reports compared: its prose, None where it is not to be had, and its figures."""

    prose: Prose | None
    figures: Sequence[Value]


def check_repeats(
    versions: Sequence[Version],
    reports: Sequence[Report],
    figures: Callable[[int], Sequence[Value]],
    find_prose: FindProse | None,
    rule: RepeatRule,
) -> Iterator[YearCheck]:
    """Check what each report repeats from the body's report of the year before.

    ``repeated_text``: the share of its prose that stands in runs of ``window`` characters that the earlier prose has
    too; ``start`` and ``end`` mark the longest such run. Needs the source files. ``repeated_figures``: the share of its
    figures (stated, not 0, not rates) that the earlier report has with the same label, value, unit and subject.
    ``other_year``: a sentence with figures that speaks of the year before, word for word as the earlier report has it;
    where there is no text, a sentence all of whose figures are of the year before and stand as that year's own in the
    earlier report. Only failures of it are listed.

    Args:
        versions: In order of body and year.
        reports: All reports.
        figures: Gives the figures of a report's prose.
        find_prose: Gives the prose of a report, None where it is not to be had; None to do without.
        rule: What counts as repeated.
    """
    held: tuple[int, _Side] | None = None

    def side(version: Version) -> _Side:
        prose = find_prose(reports[version.report]) if find_prose else None
        return _Side(prose, figures(version.report))

    for before, after in following_years(versions):
        earlier = held[1] if held and held[0] == before.report else side(before)
        later = side(after)
        held = after.report, later
        if find_prose is not None:
            yield _repeated_text(earlier.prose, later.prose, after, rule)
        yield from _repeated_figures(earlier.figures, later.figures, after, rule)
        yield from _other_year(earlier, later, after)


def repeated_runs(text: str, earlier: str, window: int) -> list[tuple[int, int]]:
    r"""Return the runs of a text that another has too, as spans; runs do not cross line breaks.

    Args:
        text: The text.
        earlier: The other one.
        window: Characters in a row that must be the same.

    >>> repeated_runs("今年公开12条，群众满意。", "去年公开12条，群众满意。", 6)
    [(1, 13)]
    """
    known = {earlier[i : i + window] for i in range(len(earlier) - window + 1)}
    runs: list[tuple[int, int]] = []
    for start in range(len(text) - window + 1):
        gram = text[start : start + window]
        if "\n" in gram or gram not in known:
            continue
        if runs and start <= runs[-1][1]:
            runs[-1] = runs[-1][0], start + window
        else:
            runs.append((start, start + window))
    return runs


def _check(
    id: str,
    after: Version,
    status: CheckStatus,
    detail: str,
    left: Decimal | None = None,
    right: Decimal | None = None,
    place: tuple[int | None, int | None] = (None, None),
) -> YearCheck:
    assert after.body is not None and after.year is not None  # noqa: S101, PT018 - of a chosen version
    start, end = place
    return YearCheck(id, after.body, after.year, status, left, right, after.report, start, end, detail=detail)


def _repeated_text(earlier: Prose | None, later: Prose | None, after: Version, rule: RepeatRule) -> YearCheck:
    id = "repeated_text"
    if earlier is None or later is None:
        words = "the source of the report, or of the earlier one, is not there as it was read"
        return _check(id, after, CheckStatus.NOT_ASSESSABLE, words)
    characters = len(later.text) - later.text.count("\n")
    if characters < rule.least_text:
        return _check(id, after, CheckStatus.NOT_ASSESSABLE, f"the prose has {characters} characters")
    runs = repeated_runs(later.text, earlier.text, rule.window)
    repeated = sum(end - start for start, end in runs)
    share = (Decimal(repeated) / characters).quantize(_SHARE)
    longest = max(runs, key=lambda run: run[1] - run[0], default=None)
    place = later.view.source_span(*longest) if longest else (None, None)
    status = CheckStatus.FAIL if share > rule.most_text else CheckStatus.PASS
    words = f"{repeated} of {characters} characters stand in the report of the year before"
    return _check(id, after, status, words, share, rule.most_text, place)


def _identity(value: Value) -> tuple[object, ...]:
    return value.name, value.value, value.unit, value.subject


def _telling(figures: Sequence[Value]) -> list[Value]:
    """Return the figures whose repetition says something: stated, not zero, no rates."""
    return [f for f in figures if f.status == "stated" and f.value and f.unit not in _RATES]


def _repeated_figures(
    earlier: Sequence[Value], later: Sequence[Value], after: Version, rule: RepeatRule
) -> Iterator[YearCheck]:
    own, known = _telling(later), {_identity(f) for f in _telling(earlier)}
    if not own and not known:
        return
    id = "repeated_figures"
    if len(own) < rule.least_figures or len(known) < rule.least_figures:
        words = f"the reports have {len(own)} and {len(known)} figures in their prose"
        yield _check(id, after, CheckStatus.NOT_ASSESSABLE, words)
        return
    same = [f for f in own if _identity(f) in known]
    share = (Decimal(len(same)) / len(own)).quantize(_SHARE)
    status = CheckStatus.FAIL if share > rule.most_figures else CheckStatus.PASS
    words = f"{len(same)} of {len(own)} figures are those of the year before"
    place = (same[0].start, same[0].end) if same else (None, None)
    yield _check(id, after, status, words, share, rule.most_figures, place)


def _other_year(earlier: _Side, later: _Side, after: Version) -> Iterator[YearCheck]:
    assert after.year is not None  # noqa: S101 - of a chosen version
    last = str(after.year - 1)
    names = f"{last}年", f"{last.translate(_CHINESE_DIGITS)}年"
    own = sorted(_telling(later.figures), key=lambda f: (f.sentence_start or 0, f.start or 0))
    stood = {(f.name, f.value, f.unit) for f in _telling(earlier.figures) if f.period in ("year", last)}
    for (start, end), group in groupby(own, key=lambda f: (f.sentence_start or 0, f.sentence_end or 0)):
        figures = list(group)
        if later.prose is not None and earlier.prose is not None:
            sentence = later.prose.passage(start, end)
            stale = (
                len(sentence) >= _SHORTEST_SENTENCE
                and any(name in sentence for name in names)
                and sentence in earlier.prose.text
            )
            words = f"the sentence on {last} stands word for word in the report of {last}"
        else:
            stale = all(f.period == last and (f.name, f.value, f.unit) in stood for f in figures)
            words = f"all figures of the sentence are of {last} and stand in the report of {last}"
        if stale:
            told = ", ".join(f"{f.name.removeprefix('prose.')} {plain_decimal(f.value or Decimal(0))}" for f in figures)
            detail = f"{words}: {told}"
            yield _check("other_year", after, CheckStatus.FAIL, detail, figures[0].value, place=(start, end))
