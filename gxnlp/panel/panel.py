"""The panel: records into body x year x indicator, with what was chosen, what is missing and what does not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxnlp.errors import RecordError
from gxnlp.panel.continuity import CARRIED_ON, check_continuity
from gxnlp.panel.frames import Frames, long_table, wide_frame
from gxnlp.panel.jumps import JumpRule, find_jumps
from gxnlp.panel.records import Entry, entries_of, read_entries
from gxnlp.panel.reduction import Report, Value, reduce_record
from gxnlp.panel.repeats import RepeatRule, check_repeats
from gxnlp.panel.store import Selection, Values, require_panel
from gxnlp.panel.texts import read_prose
from gxnlp.panel.versions import Version, choose_versions
from gxnlp.panel.yearly import YearCheck
from gxnlp.schema import CheckStatus, Record, plain_decimal

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """How a panel is built.

    Attributes:
        texts: Whether to read source files again, to tell which text was repeated. All else needs the records only.
        jumps: When a value is out of line.
        repeats: What counts as repeated.
    """

    texts: bool = True
    jumps: JumpRule = field(default_factory=JumpRule)
    repeats: RepeatRule = field(default_factory=RepeatRule)


class Panel:
    """Records as body x year x indicator. Make one with `read_panel` or `build_panel`.

    Attributes:
        versions: A row a report read: body, year, whether its values are the panel's (``chosen``), why (``reason``),
            and in how many indicators it differs from the chosen one (``differing``).
        bodies: A row a body: its names as written, first and last year, and the years missing between.
        coverage: Body x year: how many columns of the wide panel have a value; missing where there is no report.
        indicators: A row a column of the wide panel: its units, how many reports fill it, and the share.
        fill: Indicator x year: share of the year's reports that have a value.
        checks: A row a check over years, with the two sides and the place (see ``docs/panel.md``).
        issues: A row a thing to know of a report: ``body_differs``, ``year_differs``, ``region_unknown`` …
        errors: Lines of the inputs that are no records; they were set aside.
        judged: Pairs of values that were judged for jumps, and pairs in groups too small to be judged.
    """

    def __init__(self, frames: Frames, values: Any, errors: Sequence[RecordError], judged: tuple[int, int]) -> None:
        self.versions = frames.versions
        self.bodies = frames.bodies
        self.coverage = frames.coverage
        self.indicators = frames.indicators
        self.fill = frames.fill
        self.checks = frames.checks
        self.issues = frames.issues
        self.errors = tuple(errors)
        self.judged = judged
        self._values = values

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Body and year of each row of the wide panel."""
        chosen = self.versions[self.versions["chosen"]]
        return [(str(body), int(year)) for body, year in zip(chosen["body"], chosen["year"], strict=True)]

    def to_arrow(self) -> Any:
        """Return the long panel as a ``pyarrow.Table``; columns as in `long`, values as ``decimal128(38, 10)``."""
        return self._values.drop_columns(["report"])

    def long(self) -> pd.DataFrame:
        """Return the long panel: a row a value of a chosen report, by body and year.

        Columns: ``body``, ``year``, ``part`` (``indicator`` from tables and prose merged, ``figure`` from the prose),
        ``name``, ``value`` (exact decimal in base units, missing where a cell is blank), ``unit``, ``status``,
        ``period``, ``qualifier``, ``subject``, ``start`` and ``end`` (offsets into the text as read), ``page``,
        ``sentence_start``, ``sentence_end``, ``stands`` (whether it is the value of the wide panel).
        """
        import pandas as pd
        import pyarrow as pa

        def exact(kind: Any) -> Any:
            plain = pa.types.is_dictionary(kind) or pa.types.is_string(kind)
            return None if plain else pd.ArrowDtype(kind)

        frame: pd.DataFrame = self.to_arrow().to_pandas(types_mapper=exact)
        return frame

    def wide(self, *, exact: bool = False) -> pd.DataFrame:
        """Return the wide panel: a row a body and year (the index), a column an indicator.

        Args:
            exact: Give `decimal.Decimal` objects, None where there is no value. By default values are 64-bit floats,
                NaN where there is none: whole numbers are exact up to 9,007,199,254,740,992, others to 15 digits.
        """
        return wide_frame(self._values, self.keys, exact=exact)


def read_panel(*paths: str | Path, settings: PanelSettings | None = None) -> Panel:
    """Build a panel from files of records, in one pass and without holding the records.

    Args:
        paths: JSONL files as ``gxnlp extract -o records.jsonl`` writes them.
        settings: How to build it.

    Raises:
        ReadError: A file cannot be read. Lines that are no records are set aside in ``errors``.
        MissingExtraError: pandas or pyarrow is not installed.
    """
    return _build(read_entries(paths), settings or PanelSettings())


def build_panel(records: Iterable[Record], *, settings: PanelSettings | None = None) -> Panel:
    r"""Build a panel from records at hand.

    Args:
        records: The records, in any order; each is reduced as it comes and not held.
        settings: How to build it.

    Raises:
        MissingExtraError: pandas or pyarrow is not installed.

    >>> import gxnlp
    >>> from gxnlp.panel import build_panel
    >>> text = "青山市财政局{}年政府信息公开工作年度报告\n二、主动公开政府信息情况\n第二十条第（五）项\n"
    >>> text += "信息内容\t本年处理决定数量\n行政许可\t{}\n"
    >>> records = [gxnlp.extract(text.format(y, n), figures=False) for y, n in ((2022, 40), (2021, 53))]
    >>> build_panel(records).wide()["disclosure.permits.decisions"].tolist()
    [53.0, 40.0]
    """
    return _build(entries_of(records), settings or PanelSettings())


def _build(entries: Iterable[Entry | RecordError], settings: PanelSettings) -> Panel:
    require_panel()
    reports: list[Report] = []
    errors: list[RecordError] = []
    values = Values()
    for entry in entries:
        if isinstance(entry, RecordError):
            errors.append(entry)
            continue
        report, rows = reduce_record(entry)
        values.append(len(reports), rows)
        reports.append(report)
    versions = choose_versions(reports)
    chosen = [version for version in versions if version.chosen]
    table = values.table()
    differing = dict(_differing(versions, Selection(table, len(reports)).standing))
    checks = [
        *check_continuity(versions, Selection(_rows(table, "name", CARRIED_ON), len(reports)).standing),
        *check_repeats(
            versions,
            reports,
            Selection(_rows(table, "part", ["figure"]), len(reports)).of,
            read_prose if settings.texts else None,
            settings.repeats,
        ),
    ]
    long = long_table(table, values.starts, versions)
    del table  # the long panel holds what is still needed
    wide = wide_frame(long, _keys(chosen))
    jumps, judged = _jumps(long, wide, chosen, settings.jumps)
    frames = Frames.of(reports, versions, differing, long, wide, [*checks, *jumps])
    return Panel(frames, long, errors, judged)


def _rows(table: Any, column: str, wanted: Sequence[str]) -> Any:
    """Return the rows of a table in which a coded column has one of some values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table.column(column), value_set=pa.array(wanted, type=pa.string())))


def _differing(
    versions: Sequence[Version], indicators: Callable[[int], Mapping[str, Value]]
) -> Iterator[tuple[int, int]]:
    """Yield each report not chosen, with the number of its values that are not the chosen report's."""
    groups: dict[tuple[str | None, int | None], list[Version]] = defaultdict(list)
    for version in versions:
        if version.of > 1:
            groups[version.body, version.year].append(version)
    for group in groups.values():
        chosen, *others = ({n: v.value for n, v in indicators(version.report).items()} for version in group)
        for version, other in zip(group[1:], others, strict=True):
            names = {*chosen, *other}
            yield version.report, sum(chosen.get(name) != other.get(name) for name in names)


def _keys(chosen: Sequence[Version]) -> list[tuple[str, int]]:
    return [(v.body, v.year) for v in chosen if v.body is not None and v.year is not None]


def _jumps(
    long: Any, wide: pd.DataFrame, rows: Sequence[Version], rule: JumpRule
) -> tuple[list[YearCheck], tuple[int, int]]:
    import numpy as np

    codes = {body: code for code, body in enumerate(dict.fromkeys(version.body for version in rows))}
    in_yuan = _names_in_yuan(long)
    found, judged, passed_over = find_jumps(
        wide.to_numpy(dtype=float),
        np.array([codes[version.body] for version in rows]),
        np.array([version.year for version in rows]),
        np.array([name in in_yuan for name in wide.columns]),
        rule,
    )
    values = Selection(long, len(rows))
    checks = []
    held: tuple[int, dict[str, Value], dict[str, Value]] | None = None
    for jump in found:
        after, name = rows[jump.row], str(wide.columns[jump.column])
        if held is None or held[0] != jump.row:
            held = jump.row, values.standing(jump.row), values.standing(jump.row - 1)
        now, then = held[1][name], held[2][name]
        assert after.body is not None and after.year is not None  # noqa: S101, PT018 - of a chosen version
        assert now.value is not None and then.value is not None  # noqa: S101, PT018 - judged by their values
        words = (
            f"{name} went from {plain_decimal(then.value)} to {plain_decimal(now.value)}, {jump.ratio:.3g} times; "
            f"the median of the bodies compared is {jump.median:.3g} times"
        )
        checks.append(
            YearCheck(
                f"jump.{name}", after.body, after.year, CheckStatus.FAIL, now.value, then.value, after.report,
                now.start, now.end, now.page, words,
            )
        )  # fmt: skip
    return checks, (judged, passed_over)


def _names_in_yuan(long: Any) -> set[str]:
    import pyarrow.compute as pc

    money = long.select(["name"]).filter(pc.equal(long.column("unit"), "元"))
    return set(money.column("name").unique().to_pylist())
