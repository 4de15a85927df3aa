"""How far a batch is, for people: a bar on a terminal, lines in a log."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from gxnlp.batch.worker import Done
from gxnlp.errors import WriteError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_log = logging.getLogger("gxnlp.batch")
_EVERY = 60.0  # seconds between lines of the log on how far it is


class Progress:
    """Counts what is done; use it as a context manager.

    Args:
        total: Inputs of the batch.
        done: How many of them an earlier run has done.
        bar: Whether to draw on standard error.

    Attributes:
        done: Inputs done so far, by an earlier run too.
        failed: Failures of this run.
    """

    def __init__(self, total: int, done: int, *, bar: bool) -> None:
        self.total, self.done, self.failed = total, done, 0
        self._before = done
        self._began = self._told = time.monotonic()
        self._bar: Bar | None = _bar() if bar else None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("reports", total=self.total, completed=self.done, failed=0, rate="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Reports a second in this run."""
        return (self.done - self._before) / max(self.seconds, 1e-9)

    def add(self, path: str, done: Done) -> None:
        """Count one report, and log it where it failed."""
        self.done += 1
        if done.category is not None:
            self.failed += 1
            _log.warning("%s: %s", path, done.category)
        _log.debug("%s: %.3f s", path, done.seconds)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done, failed=self.failed, rate=f"{self.rate:.1f}/s")
        if time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            _log.info("%d of %d done, %d failed, %.1f/s", self.done, self.total, self.failed, self.rate)


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        console=Console(file=sys.stderr),
    )


@contextmanager
def logged(path: Path | None) -> Iterator[None]:
    """Write what the batch logs to a file as well, behind what stands there; None writes none.

    Raises:
        WriteError: The file cannot be written to.
    """
    if path is None:
        yield
        return
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WriteError(path, error) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = _log.level
    _log.addHandler(handler)
    _log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        _log.removeHandler(handler)
        _log.setLevel(level)
        handler.close()
