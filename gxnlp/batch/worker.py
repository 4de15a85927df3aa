"""A worker process: takes items from a pipe, gives lines of outcomes back, and is ended from outside when it must be.

Messages to the parent are pairs of a kind and its content:

- ``ready``: the model is loaded;
- ``failed``: it cannot be loaded; the error;
- ``at``: the index of the item that is being read, None once all of the chunk are read and the tagger is at work;
- ``run``: inputs of the network, where the parent runs it; the answer is the scores;
- ``done``: `Done` of each item of the chunk.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gxnlp.batch.extractor import Extractor
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, Outcome, to_line
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.errors import Category, GxnlpError

if TYPE_CHECKING:
    from gxnlp.figures.backends import Array, Scores
    from gxnlp.figures.tagger import Tagger

_GRACE = 30  # seconds past its limit after which a worker that nobody stopped is stopped by the system


class Done(NamedTuple):
    """What became of one item: its position in the batch, its line (`outcomes.to_line`), failure and seconds."""

    position: int
    line: str
    category: Category | None
    seconds: float


class RemoteBackend:
    """Runs the network in the parent process, which has the GPU.

    Args:
        pipe: To the parent.
        batch: Windows a call, as the parent's backend likes them.
    """

    workers = 1

    def __init__(self, pipe: Connection, batch: int) -> None:
        self.batch, self._pipe = batch, pipe

    def run(self, inputs: dict[str, Array]) -> Scores:
        """Run one batch."""
        self._pipe.send(("run", inputs))
        scores: Scores = self._pipe.recv()
        return scores


def serve(pipe: Connection, settings: ExtractorSettings, remote: int | None) -> None:
    """Work until the pipe closes or says None.

    Args:
        pipe: To the parent.
        settings: How to extract.
        remote: Windows a call of the parent's backend, None where this process runs the network itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked, and decides
    _end_with(pipe)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # a parent that is gone wants nothing more
        try:
            extractor = Extractor(settings, tagger=_tagger(pipe, settings, remote))
        except GxnlpError as error:
            pipe.send(("failed", error))
            return
        for module in preloaded():
            import_module(module)  # here, not out of the first report's time and memory
        _limit_memory(settings.limits.memory)
        gc.freeze()  # what is loaded stays: the collector need not look at it again and again
        pipe.send(("ready", None))
        while (chunk := pipe.recv()) is not None:
            pipe.send(("done", _work(pipe, extractor, chunk)))


def _work(pipe: Connection, extractor: Extractor, chunk: Sequence[Item]) -> list[Done]:
    drafts, times = [], []
    for item in chunk:
        _alarm(extractor.settings.limits.seconds)
        if len(chunk) > 1:
            pipe.send(("at", item.index))
        began = time.perf_counter()
        drafts.append(extractor.draft(item))
        times.append(time.perf_counter() - began)
    seconds = extractor.settings.limits.seconds
    _alarm(seconds and seconds * len(chunk))
    if len(chunk) > 1:
        pipe.send(("at", None))
    began = time.perf_counter()
    outcomes = extractor.finish(chunk, drafts)
    done = [_done(item, outcome) for item, outcome in zip(chunk, outcomes, strict=True)]
    share = (time.perf_counter() - began) / len(chunk)
    _alarm(None)
    return [one._replace(seconds=spent + share) for one, spent in zip(done, times, strict=True)]


def _done(item: Item, outcome: Outcome) -> Done:
    return Done(item.index, to_line(outcome), outcome.category if isinstance(outcome, Failure) else None, 0.0)


def _tagger(pipe: Connection, settings: ExtractorSettings, remote: int | None) -> Tagger | None:
    if remote is None or not settings.figures:
        return None
    from gxnlp.figures.tagger import Tagger

    return Tagger.load(settings.model, backend=RemoteBackend(pipe, remote))


def _end_with(pipe: Connection) -> None:
    """End this process when the parent is gone, whatever it is waiting for just then."""
    if not hasattr(select, "poll"):
        return
    poll = select.poll()
    poll.register(pipe.fileno(), 0)  # nothing but a closed end wakes it

    def watch() -> None:
        poll.poll()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _alarm(seconds: float | None) -> None:
    # For a worker whose parent was killed while it hangs in C code, where no thread and no handler of Python runs.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE if seconds else 0)


def _limit_memory(allowed: int | None) -> None:
    if allowed is None or sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + allowed
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def preloaded() -> tuple[str, ...]:
    """Return the modules that reading loads when it needs them, and a worker before it begins."""
    return (
        "gxnlp.batch.worker", "gxnlp.figures.tagger", "gxnlp.tables", "gxnlp.reading.pdf", "gxnlp.reading.docx",
        "gxnlp.reading.html", "onnxruntime", "lxml.etree", "pdfminer.pdfinterp", "opencc",
    )  # fmt: skip
