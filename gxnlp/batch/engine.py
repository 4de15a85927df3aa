"""The local engine: a batch over the cores of this machine, and its GPU where there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from gxnlp.batch.assembly import assemble
from gxnlp.batch.items import Item
from gxnlp.batch.outputs import OutputFormat, check_output
from gxnlp.batch.pool import Pool, cores
from gxnlp.batch.progress import Progress, logged
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.summary import Summary
from gxnlp.batch.work import SHARD_SIZE, Shard, Work

if TYPE_CHECKING:
    from gxnlp.figures.backends import Backend

GPU_CHUNK = 32
"""Reports that a worker reads before the GPU is given the windows of all of them."""
_log = getLogger("gxnlp.batch")


def run(
    sources: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    settings: ExtractorSettings | None = None,
    workers: int | None = None,
    resume: bool | None = None,
    progress: bool | None = None,
    errors: str | Path | None = None,
    log: str | Path | None = None,
    format: OutputFormat | None = None,
    shard_size: int = SHARD_SIZE,
) -> Summary:
    """Extract many reports into one output, over several processes, in constant memory.

    Records come in the order of the inputs and are the same whatever the number of workers. What is done stands in a
    folder beside the output (``records.jsonl.parts``) until the output is there: a run that is killed, or stopped by a
    full disk, goes on with ``resume=True``, which loses nothing and repeats at most the shards that were under way.

    A script that calls this does so under ``if __name__ == "__main__":``, as worker processes import it.

    Args:
        sources: Files, patterns, folders or manifests (`find_items`), one or several; none where a run is resumed.
        output: What to write; the suffix tells the format: ``.jsonl``, ``.json``, ``.csv``, ``.parquet`` (a folder),
            ``.duckdb``, ``.sqlite`` or ``.db``.
        settings: How to extract, and what one report may cost.
        workers: Processes; default is the number of cores.
        resume: True goes on with an unfinished run of the same inputs and settings, and begins one where there is
            none; False begins anew; None begins, but leaves an unfinished run alone.
        progress: Whether to draw a bar on standard error; default is where that is a terminal.
        errors: Where to list failures (``.csv`` or ``.jsonl``); default is ``records.jsonl.failures.csv`` beside
            ``records.jsonl``. It is there only where there are any.
        log: A file to log to; the logger ``gxnlp.batch`` has the same.
        format: The format of the output, where its suffix does not tell.
        shard_size: Reports whose outcomes are written together: what a kill repeats at most, for each worker.

    Returns:
        What it came to.

    Raises:
        ConfigError: Sources, output or settings do not make sense, or are not those of the run to go on with.
        ModelError: The model is missing or of another version.
        MissingExtraError: The device or the output needs an extra that is not installed.
        WriteError: The disk is full, or the like: what is done is kept.
        WorkerError: Worker processes cannot be started.
    """
    settings = settings or ExtractorSettings()

    def extract(work: Work, shown: Progress) -> None:
        count = workers or cores()
        _log.info("%s: %d workers", output, count)
        _extract(work, settings, count, shown)

    return carry_out(
        extract, sources, output, settings=settings, resume=resume, progress=progress, errors=errors, log=log,
        format=format, shard_size=shard_size,
    )  # fmt: skip


def carry_out(
    extract: Callable[[Work, Progress], None],
    sources: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    settings: ExtractorSettings,
    resume: bool | None,
    progress: bool | None,
    errors: str | Path | None,
    log: str | Path | None,
    format: OutputFormat | None,
    shard_size: int,
) -> Summary:
    """Carry out a batch on an engine: what all engines share. Arguments and errors are those of `run`, but for
    ``extract``, which writes every shard that is pending, counts what it does, and is called only where one is.
    """
    output, errors = Path(output), Path(errors) if errors is not None else None
    named = [sources] if isinstance(sources, str | Path) else list(sources)
    format = check_output(output, errors, format)
    with (
        logged(Path(log) if log is not None else None),
        Work.open(named, output, settings, resume=resume, shard_size=shard_size) as work,
        Progress(work.total, work.resumed, bar=sys.stderr.isatty() if progress is None else progress) as shown,
    ):
        _log.info("%s: %d reports, %d done before", output, work.total, work.resumed)
        if work.resumed < work.total:
            extract(work, shown)
        summary = assemble(work, output, format, errors=errors, seconds=shown.seconds)
        _log.info("%s: %s", output, summary)
    return summary


def _extract(work: Work, settings: ExtractorSettings, workers: int, shown: Progress) -> None:
    backend = load_network(settings)
    with Pool(settings, min(workers, work.total - work.resumed), backend=backend) as pool:
        shards = _Shards(work, GPU_CHUNK if backend else 1)
        for done in pool.map(shards.chunks()):
            shown.add(shards.path(done.position), done)
            shards.add(done.position, done.line)


def load_network(settings: ExtractorSettings) -> Backend | None:
    """Load the network for all workers where it runs on a GPU; on the CPU each runs its own, free of the others."""
    if settings.device == "cpu" or not settings.figures:
        return None
    from gxnlp.figures.backends import load_backend
    from gxnlp.figures.tagger import default_model_path

    return load_backend(settings.model or default_model_path(), device=settings.device)


class _Shards:
    """Shards that are under way: handed out in chunks, gathered, and written once all of one is there.

    Only what is under way is held. A report that takes long holds up its own shard; the others go on.
    """

    def __init__(self, work: Work, chunk: int) -> None:
        self._work, self._chunk = work, chunk
        self._under_way: dict[int, tuple[Shard, list[str | None]]] = {}
        self._numbers: dict[int, int] = {}

    def chunks(self) -> Iterator[Sequence[Item]]:
        """Yield the items of all shards that are not written yet, a chunk at a time."""
        for shard in self._work.pending():
            self._under_way[shard.number] = shard, [None] * len(shard.items)
            self._numbers.update((item.index, shard.number) for item in shard.items)
            for start in range(0, len(shard.items), self._chunk):
                yield shard.items[start : start + self._chunk]

    def path(self, position: int) -> str:
        """Return the path of an item that is under way."""
        shard, _ = self._under_way[self._numbers[position]]
        return shard.items[position - shard.items[0].index].name

    def add(self, position: int, line: str) -> None:
        """Keep an outcome's line, and write its shard where it was the last."""
        number = self._numbers.pop(position)
        shard, lines = self._under_way[number]
        lines[position - shard.items[0].index] = line
        if all(line is not None for line in lines):
            self._work.write(number, [line for line in lines if line is not None])
            del self._under_way[number]
