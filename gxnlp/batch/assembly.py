"""The end of a batch: shards into the output, in the order of the inputs, and the failures listed beside it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gxnlp.batch.outcomes import Failure, from_line, is_failure
from gxnlp.batch.outputs import Failures, OutputFormat, Writer, open_writer, put_in_place
from gxnlp.batch.summary import Summary
from gxnlp.batch.work import Work
from gxnlp.errors import Category, WriteError
from gxnlp.report.build import NOT_A_REPORT

_NOT_A_REPORT = f'"code":"{NOT_A_REPORT}"'
"""No text of a record can hold this: its quotation marks would be escaped."""


def errors_path(output: Path, errors: Path | None) -> Path:
    """Return where failures are listed: as asked, or ``records.jsonl.failures.csv`` for ``records.jsonl``."""
    return errors or output.with_name(f"{output.name}.failures.csv")


def assemble(
    work: Work, output: Path, format: OutputFormat, *, errors: Path | None = None, seconds: float = 0.0
) -> Summary:
    """Write the output of a batch whose shards are all there, and remove its work folder.

    Output and list of failures appear whole or not at all; a list of failures of an earlier run goes where there are
    none now. Where not a single report gave a record, what stood in the output before stays.

    Args:
        work: The batch.
        output: The file or folder to write.
        format: Its format, as `check_output` gave it.
        errors: Where to list failures, default beside the output.
        seconds: Wall time of the run, for the summary.

    Raises:
        WriteError: The disk is full, or the like. The shards stay: nothing is lost.
    """
    listed = errors_path(output, errors)
    written, failures = work.folder / "output", work.folder / "failures"
    categories: Counter[Category] = Counter()
    records = not_reports = 0
    try:
        _remove(written)
        writer = open_writer(written, format, work.columns)
        with _finished(writer), Failures(failures, listed.suffix, work.columns) as failed:
            for position, line in enumerate(work.lines()):
                if is_failure(line):
                    outcome = from_line(line)
                    assert isinstance(outcome, Failure)  # noqa: S101 - told by the line
                    categories[outcome.category] += 1
                    failed.add(position, outcome)
                    writer.fail(position, outcome)
                else:
                    records += 1
                    not_reports += _NOT_A_REPORT in line
                    writer.add(position, line)
        if failed.count:
            put_in_place(failures, listed)
        if records:
            put_in_place(written, output)
        if not failed.count:
            listed.unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(output, error) from error
    work.remove()
    return Summary(
        inputs=work.total,
        records=records,
        failures=dict(sorted(categories.items())),
        not_reports=not_reports,
        resumed=work.resumed,
        seconds=seconds,
        output=output,
        errors=listed if failed.count else None,
    )


@contextmanager
def _finished(writer: Writer) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the first error tells more
            writer.close()
        raise
    writer.close()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
