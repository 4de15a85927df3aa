"""A pool of worker processes that outlives them: one that hangs, dies or takes too much costs its report, not the run.

The standard library's ProcessPoolExecutor gives up when a worker dies, and cannot stop one that hangs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from logging import getLogger
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any

from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import failure, to_line
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.worker import Done, preloaded, serve
from gxnlp.errors import Category, WorkerError

if TYPE_CHECKING:
    from gxnlp.figures.backends import Backend

RECYCLE = 1000
"""Reports after which a worker is replaced, so that what libraries keep of each does not add up."""
_BOOT = 120.0  # seconds in which a worker must have its model loaded
_BOOTS = 3  # workers in a row that may die before they are ready
_log = getLogger("gxnlp.batch")


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool:
    """Worker processes; use it as a context manager, which ends them.

    Args:
        settings: How reports are extracted, and what each may cost.
        workers: How many.
        backend: The network, where it is to be run here for all of them (a GPU); else each loads its own.
        recycle: Reports after which a worker is replaced.

    Raises:
        ValueError: Fewer workers than one.
    """

    def __init__(
        self,
        settings: ExtractorSettings,
        workers: int,
        *,
        backend: Backend | None = None,
        recycle: int = RECYCLE,
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs a worker at least")
        self._settings, self._count, self._backend, self._recycle = settings, workers, backend, recycle
        kinds = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
        if "forkserver" in kinds:
            self._context.set_forkserver_preload(list(preloaded()))
        self._workers: list[_Worker] = []
        self._failed_boots = 0
        self._retries: deque[Item] = deque()
        self._deaths: dict[int, int] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def map(self, chunks: Iterable[Sequence[Item]]) -> Iterator[Done]:
        """Extract chunks of items; each is asked for only when a worker is free.

        Args:
            chunks: Items that are tagged together. A worker that dies costs at most its chunk a second try, each item
                alone.

        Yields:
            What became of each item, as it is done: in no order.

        Raises:
            ModelError: The model cannot be loaded.
            MissingExtraError: The device needs an extra that is not installed.
            WorkerError: Workers die before they are ready.
        """
        waiting = iter(chunks)
        while True:
            while self._has_room() and (chunk := self._next(waiting)):
                self._idle().give(chunk)
            if not any(worker.chunk for worker in self._workers):
                return
            yield from self._collected()

    def _has_room(self) -> bool:
        return len(self._workers) < self._count or any(not worker.chunk for worker in self._workers)

    def _next(self, waiting: Iterator[Sequence[Item]]) -> Sequence[Item]:
        return [self._retries.popleft()] if self._retries else next(waiting, ())

    def _idle(self) -> _Worker:
        for worker in self._workers:
            if not worker.chunk:
                return worker
        worker = _Worker(self._context, self._settings, self._backend.batch if self._backend else None)
        self._workers.append(worker)
        return worker

    def _collected(self) -> Iterator[Done]:
        """Wait until something happens, and yield what is done by it."""
        busy = {worker.pipe: worker for worker in self._workers if worker.chunk}
        patience = min(worker.deadline for worker in busy.values()) - time.monotonic()
        for pipe in wait(list(busy), None if patience == float("inf") else max(0.0, patience)):
            worker = busy[pipe]  # type: ignore[index] # wait returns what it was given
            try:
                kind, content = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._died(worker)
                continue
            match kind:
                case "ready":
                    self._failed_boots = 0
                    worker.begin()
                case "failed":
                    raise content
                case "at":
                    worker.at(content)
                case "run":
                    assert self._backend is not None  # noqa: S101 - it was told of one
                    worker.send(self._backend.run(content))
                case "done":
                    yield from content
                    self._finished(worker, content)
        now = time.monotonic()
        for worker in busy.values():
            if worker.chunk and worker.deadline <= now:
                yield from self._overran(worker)

    def _finished(self, worker: _Worker, done: Sequence[Done]) -> None:
        worker.served += len(done)
        worker.chunk = ()
        starved = any(one.category is Category.OUT_OF_MEMORY for one in done)
        if worker.served >= self._recycle or starved:
            self._workers.remove(worker)
            worker.end()

    def _died(self, worker: _Worker) -> Iterator[Done]:
        """A worker is gone: try its items once more, each alone, and set aside what kills a second one."""
        how = self._discard(worker)
        if not worker.ready:
            self._failed_boots += 1
            if self._failed_boots >= _BOOTS:
                raise WorkerError(
                    f"worker processes {how} before they are ready; a script that starts a batch does so under "
                    'if __name__ == "__main__":'
                )
            self._retries.extendleft(reversed(worker.chunk))
            return
        for item in worker.chunk:
            blamed = worker.reading in (None, item.index)
            self._deaths[item.index] = self._deaths.get(item.index, 0) + blamed
            _log.warning("%s: its worker %s%s", item.path, how, "; it is tried again" if blamed else "")
            if self._deaths[item.index] > 1 and len(worker.chunk) == 1:
                cause = f"the process that read it {how}, twice"
                yield Done(item.index, to_line(failure(item, Category.CRASHED, cause)), Category.CRASHED, 0.0)
            else:
                self._retries.append(item)

    def _overran(self, worker: _Worker) -> Iterator[Done]:
        """A worker has not answered in time: its item is a failure, others of the chunk are tried again."""
        self._discard(worker)
        if not worker.ready:
            raise WorkerError(f"a worker process was not ready after {_BOOT:.0f} s")
        for item in worker.chunk:
            if len(worker.chunk) == 1 or worker.reading == item.index:
                _log.warning("%s: stopped, it takes too long", item.path)
                cause = f"it takes longer than {self._settings.limits.seconds:g} s"
                yield Done(item.index, to_line(failure(item, Category.TIMEOUT, cause)), Category.TIMEOUT, 0.0)
            else:
                self._retries.append(item)

    def _discard(self, worker: _Worker) -> str:
        """Remove a worker and say how it ended."""
        self._workers.remove(worker)
        code = worker.kill()
        return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _started(context: Any, settings: ExtractorSettings, remote: int | None) -> tuple[Connection, Any]:
    """Start a worker process; where the system has killed the server that forks them, with a new server."""
    for _ in range(_BOOTS):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, settings, remote), daemon=True)
        try:
            # An interrupt at the terminal is for the parent to decide on; workers inherit that they do not hear of it.
            with _deaf_to_interrupts():
                process.start()
        except (OSError, EOFError) as error:
            _log.warning("a worker process could not be started: %s", error)
            ours.close()
            time.sleep(0.2)
        else:
            return ours, process
        finally:
            theirs.close()  # so that the worker's end closes with the worker
    raise WorkerError(f"worker processes cannot be started, {_BOOTS} times in a row")


class _Worker:
    """One worker process, from the parent's side."""

    def __init__(self, context: Any, settings: ExtractorSettings, remote: int | None) -> None:
        self.pipe, self._process = _started(context, settings, remote)
        self._seconds = settings.limits.seconds
        self.chunk: Sequence[Item] = ()
        self.reading: int | None = None
        self.ready = False
        self.served = 0
        self.deadline = time.monotonic() + _BOOT

    def give(self, chunk: Sequence[Item]) -> None:
        """Hand it a chunk; the clock starts once its model is loaded."""
        self.chunk, self.reading = chunk, None
        if self.ready:
            self._wind(1)
        self.send(chunk)

    def begin(self) -> None:
        """Note that its model is loaded."""
        self.ready = True
        self._wind(1)

    def at(self, index: int | None) -> None:
        """Note which item it reads; None is all of them, at the tagger."""
        self.reading = index
        self._wind(len(self.chunk) if index is None else 1)

    def _wind(self, items: int) -> None:
        self.deadline = time.monotonic() + self._seconds * items if self._seconds else float("inf")

    def send(self, content: object) -> None:
        """Send something; that it is dead is noticed when it is waited for."""
        try:
            self.pipe.send(content)
        except OSError:
            return

    def end(self) -> None:
        """End it: kindly where it is idle, at once where it is at work."""
        if self.chunk:
            self.kill()
            return
        self.send(None)
        self._process.join(5)
        self.kill()

    def kill(self) -> int | None:
        """Kill it and return its exit code, negative for a signal."""
        self._process.kill()
        self._process.join(5)
        self.pipe.close()
        code: int | None = self._process.exitcode
        return code
