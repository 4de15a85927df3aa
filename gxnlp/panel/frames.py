"""The tables of a panel as data frames: the long and the wide panel, and what is told of reports and bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxnlp.panel.reduction import DIGITS, PLACES, Report
from gxnlp.panel.versions import Version
from gxnlp.panel.yearly import YearCheck

if TYPE_CHECKING:
    import pandas as pd

VERSION_COLUMNS = (
    "body", "year", "chosen", "reason", "versions", "differing", "path", "sha256", "agency", "region", "kind", "form",
    "period_start", "period_end", "published", "url", "indicators_filled", "figures", "conflicts", "failed_checks",
    "records_file", "records_line",
)  # fmt: skip
CHECK_COLUMNS = (
    "id", "body", "year", "status", "left", "right", "path", "start", "end", "page", "detail", "records_file",
    "records_line",
)  # fmt: skip
BODY_COLUMNS = ("body", "region", "kind", "names", "first_year", "last_year", "years", "missing_years")
ISSUE_COLUMNS = ("code", "body", "year", "message", "path", "records_file", "records_line")
_WHOLE = (
    "year", "versions", "differing", "indicators_filled", "figures", "conflicts", "failed_checks", "first_year",
    "last_year", "years", "start", "end", "page", "records_line",
)  # fmt: skip
_EXACT = ("left", "right")
_FLAGS = ("chosen",)


def long_table(table: Any, starts: Sequence[int], versions: Sequence[Version]) -> Any:
    """Return the values of the chosen reports as an Arrow table, by body and year.

    Args:
        table: The values of all reports.
        starts: Where each report's rows start.
        versions: In order of body and year.

    Returns:
        The table; ``report`` is a report's rank among the chosen ones.
    """
    import pyarrow as pa

    chosen = [version for version in versions if version.chosen]
    counts = [starts[version.report + 1] - starts[version.report] for version in chosen]
    ranges = [np.arange(starts[version.report], starts[version.report + 1]) for version in chosen]
    rows = np.concatenate(ranges) if ranges else np.array([], dtype=np.int64)
    taken = table.take(pa.array(rows, type=pa.int64())).drop_columns(["report"])
    names = [*dict.fromkeys(version.body for version in chosen)]
    codes = {name: code for code, name in enumerate(names)}
    own = {
        "report": pa.array(np.repeat(np.arange(len(chosen), dtype=np.int32), counts)),
        "body": pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(np.array([codes[v.body] for v in chosen], dtype=np.int32), counts)),
            pa.array(names, type=pa.string()),
        ),
        "year": pa.array(np.repeat(np.array([v.year for v in chosen], dtype=np.int16), counts)),
    }
    columns = {**own, **{name: taken.column(name) for name in taken.column_names}}
    return pa.table(columns)


def wide_frame(long: Any, keys: Sequence[tuple[str, int]], *, exact: bool = False) -> pd.DataFrame:
    """Return the wide panel: see `Panel.wide`.

    Args:
        long: As `long_table` gives it.
        keys: Body and year of each chosen report, in order of rank.
        exact: Decimals rather than floats.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    standing = long.select(["report", "name", "value"]).filter(long.column("stands"))
    names = sorted(standing.column("name").unique().to_pylist())
    places = standing.column("report").to_numpy(), _positions(standing.column("name"), names)
    if exact:
        matrix = np.full((len(keys), len(names)), None, dtype=object)
        matrix[places] = standing.column("value").to_pylist()
    else:
        matrix = np.full((len(keys), len(names)), np.nan)
        matrix[places] = pc.cast(standing.column("value"), pa.float64()).to_numpy()
    index = pd.MultiIndex.from_tuples([*keys], names=["body", "year"]) if keys else _no_rows()
    return pd.DataFrame(matrix, index=index, columns=pd.Index(names, name="name", dtype=str))


def _positions(coded: Any, names: Sequence[str]) -> Any:
    """Return the position of each value of a coded column among names, without spelling the values out."""
    places = {name: place for place, name in enumerate(names)}
    found = [np.array([], dtype=np.int64)]
    for chunk in coded.chunks:
        known = np.array([places.get(name, -1) for name in chunk.dictionary.to_pylist()], dtype=np.int64)
        found.append(known[chunk.indices.to_numpy()])
    return np.concatenate(found)


def _no_rows() -> Any:
    import pandas as pd

    return pd.MultiIndex.from_arrays([[], []], names=["body", "year"])


@dataclass(frozen=True, slots=True)
class Frames:
    """The small tables of a panel; see `Panel` for what each holds."""

    versions: pd.DataFrame
    bodies: pd.DataFrame
    coverage: pd.DataFrame
    indicators: pd.DataFrame
    fill: pd.DataFrame
    checks: pd.DataFrame
    issues: pd.DataFrame

    @classmethod
    def of(
        cls,
        reports: Sequence[Report],
        versions: Sequence[Version],
        differing: Mapping[int, int],
        long: Any,
        wide: pd.DataFrame,
        checks: Iterable[YearCheck],
    ) -> Frames:
        """Make the tables.

        Args:
            reports: All reports read.
            versions: In order of body and year.
            differing: In how many values a report not chosen differs from the chosen one.
            long: The long panel.
            wide: The wide panel.
            checks: What the checks over years found.
        """
        coverage = _coverage(wide)
        return cls(
            versions=_frame(_version_rows(reports, versions, differing), VERSION_COLUMNS),
            bodies=_frame(_body_rows(reports, versions), BODY_COLUMNS),
            coverage=coverage,
            indicators=_indicators(long, wide),
            fill=_fill(wide),
            checks=_frame(_check_rows(reports, checks), CHECK_COLUMNS),
            issues=_frame(_issue_rows(reports, versions), ISSUE_COLUMNS),
        )


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Make a frame whose whole numbers and decimals are exact and may be missing."""
    import pandas as pd
    import pyarrow as pa

    frame = pd.DataFrame([*rows], columns=[*columns])
    for column in frame.columns.intersection(_WHOLE):
        frame[column] = frame[column].astype("Int64")
    for column in frame.columns.intersection(_FLAGS):
        frame[column] = frame[column].astype(bool)  # an empty column has no kind of its own
    for column in frame.columns.intersection(_EXACT):
        frame[column] = pd.array(frame[column], dtype=pd.ArrowDtype(pa.decimal128(DIGITS, PLACES)))
    return frame


def _place(report: Report) -> dict[str, Any]:
    return {"path": report.path, "records_file": report.entry_file, "records_line": report.line}


def _version_rows(
    reports: Sequence[Report], versions: Sequence[Version], differing: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    for version in versions:
        report = reports[version.report]
        yield {
            **{name: getattr(report, name) for name in ("sha256", "agency", "kind", "form", "published", "url")},
            **_place(report),
            "body": version.body,
            "year": version.year,
            "chosen": version.chosen,
            "reason": version.reason,
            "versions": version.of,
            "differing": 0 if version.chosen else differing.get(version.report),
            "region": report.identity.region,
            "period_start": report.period[0] if report.period else None,
            "period_end": report.period[1] if report.period else None,
            "indicators_filled": report.filled,
            "figures": report.figures,
            "conflicts": report.conflicts,
            "failed_checks": report.failed,
        }


def _body_rows(reports: Sequence[Report], versions: Sequence[Version]) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        if version.body is not None:
            groups[version.body].append(version)
    for body, group in sorted(groups.items()):
        years = sorted({version.year for version in group if version.chosen and version.year is not None})
        if not years:
            continue
        own = [reports[version.report] for version in group]
        missing = [year for year in range(years[0], years[-1]) if year not in years]
        yield {
            "body": body,
            "region": next((r.identity.region for r in own if r.identity.region), None),
            "kind": next((r.kind for r in own if r.kind), None),
            "names": "; ".join(sorted({r.agency for r in own if r.agency})),
            "first_year": years[0],
            "last_year": years[-1],
            "years": len(years),
            "missing_years": " ".join(map(str, missing)),
        }


def _check_rows(reports: Sequence[Report], checks: Iterable[YearCheck]) -> Iterator[dict[str, Any]]:
    ordered = sorted(checks, key=lambda check: (check.body, check.year, check.id, check.start or 0))
    for check in ordered:
        yield {**asdict(check), **_place(reports[check.report]), "status": check.status.value}


def _issue_rows(reports: Sequence[Report], versions: Sequence[Version]) -> Iterator[dict[str, Any]]:
    for version in versions:
        report = reports[version.report]
        for issue in report.issues:
            yield {
                **_place(report),
                "code": issue.code,
                "body": version.body,
                "year": version.year,
                "message": issue.message,
            }


def _coverage(wide: pd.DataFrame) -> pd.DataFrame:
    filled = wide.notna().sum(axis=1).astype("Int64")
    matrix = filled.unstack("year")
    years = wide.index.get_level_values("year")
    if len(years):
        # A year for which nobody has a report is a column all the same: it is missing.
        matrix = matrix.reindex(columns=range(int(years.min()), int(years.max()) + 1)).astype("Int64")
    return matrix.rename_axis(columns="year")


def _indicators(long: Any, wide: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    units: dict[str, set[str]] = defaultdict(set)
    standing = (
        long.select(["name", "unit"]).filter(long.column("stands")).group_by(["name", "unit"]).aggregate([]).to_pydict()
    )
    for name, unit in zip(standing["name"], standing["unit"], strict=True):
        units[name].add(unit)
    filled = wide.notna()
    years = wide.index.get_level_values("year").to_numpy()
    rows = []
    for name in wide.columns:
        own = years[filled[name].to_numpy()]
        rows.append(
            {
                "name": name,
                "units": " ".join(sorted(units[name])),
                "filled": len(own),
                "share": round(len(own) / len(wide), 4),
                "first_year": int(own.min()) if len(own) else None,
                "last_year": int(own.max()) if len(own) else None,
            }
        )
    frame = pd.DataFrame(rows, columns=["name", "units", "filled", "share", "first_year", "last_year"])
    return frame.astype({"first_year": "Int64", "last_year": "Int64"})


def _fill(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.notna().groupby(level="year").mean().T.round(4).rename_axis(index="name", columns="year")
