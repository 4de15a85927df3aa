"""What the engines beyond one machine share: whole shards as work, and the process of a cluster that does it."""

from __future__ import annotations

import json
import pickle
import platform
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gxnlp.batch.engine import GPU_CHUNK, load_network
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, from_line, is_failure
from gxnlp.batch.pool import Pool
from gxnlp.batch.progress import Progress
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.work import Shard, Work
from gxnlp.batch.worker import Done
from gxnlp.errors import ConfigError, GxnlpError


@dataclass(frozen=True, slots=True)
class Job:
    """What a process of the cluster must know; it travels.

    Attributes:
        settings: How to extract.
        fingerprint: What the records depend on, as JSON (`ExtractorSettings.fingerprint`), where the batch was begun.
        folder: Where relative paths start.
        readers: Worker processes under each process of the cluster.
    """

    settings: str
    fingerprint: str
    folder: str
    readers: int = 1

    @classmethod
    def of(cls, settings: ExtractorSettings, *, readers: int = 1) -> Self:
        """Describe a job that starts here.

        Raises:
            ModelError: There is no model in the folder.
        """
        folder = settings.model and settings.model.resolve()
        settings = settings.model_copy(update={"model": folder})
        return cls(settings.model_dump_json(), _json(settings.fingerprint()), str(Path.cwd()), readers)


class JobExtractor:
    """Extracts items in a process of a cluster, in workers of its own that it holds to the limits.

    A report that hangs, or kills its worker, costs itself and neither this process nor what else it was given: it is
    the failure that the local engine makes of it.

    Args:
        job: What to do.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._settings = ExtractorSettings.model_validate_json(job.settings)
        self._open = ExitStack()
        self._pool: Pool | None = None
        self._chunk = 1

    def __call__(self, items: Sequence[Item]) -> list[Done]:
        """Extract items.

        Returns:
            What became of each, in the order given.

        Raises:
            ConfigError: The package or the model of this machine is not that of the machine that began the batch.
            ModelError: The model cannot be loaded.
            MissingExtraError: The device needs an extra that is not installed here.
            WorkerError: Workers die before they are ready.
        """
        try:
            pool = self._pool or self._begin()
            chunks = (items[start : start + self._chunk] for start in range(0, len(items), self._chunk))
            done = {one.position: one for one in pool.map(chunks)}
        except BaseException:
            self.close()  # what is still under way must not be taken for an answer to the next call
            raise
        return [done[item.index] for item in items]

    def close(self) -> None:
        """End the workers; a further call begins anew."""
        self._pool = None
        self._open.close()

    def _begin(self) -> Pool:
        begun, here = json.loads(self._job.fingerprint), self._settings.fingerprint()
        if differing := [name for name in begun if begun[name] != here.get(name)]:
            raise ConfigError(
                f"{platform.node()} has another {', '.join(differing)} than the machine that began the batch: "
                "install the same gxnlp and model on all"
            )
        network = load_network(self._settings)
        self._chunk = GPU_CHUNK if network else 1
        self._pool = self._open.enter_context(Pool(self._settings, self._job.readers, backend=network))
        return self._pool


class ShardExtractor:
    """Extracts shards that came as JSON, and gives columns back that Arrow can carry.

    Args:
        job: What to do.
    """

    def __init__(self, job: Job) -> None:
        self._folder = job.folder
        self._extract = JobExtractor(job)

    def __call__(self, items: str) -> dict[str, Any]:
        """Extract one shard.

        Args:
            items: As `to_json` gave them.

        Returns:
            ``lines`` and ``seconds`` of each outcome. An error that no other process would be spared is ``error``,
            pickled, and not raised: a cluster would try again, and wrap it in its own.
        """
        given = [Item(index, path, columns, self._folder) for index, path, columns in json.loads(items)]
        try:
            done = self._extract(given)
        except GxnlpError as error:
            return {"lines": [], "seconds": [], "error": pickle.dumps(error)}
        return {"lines": [one.line for one in done], "seconds": [one.seconds for one in done], "error": None}


def to_json(shard: Shard) -> str:
    """Write the items of a shard in ASCII, as paths need not be valid text."""
    return json.dumps([[item.index, item.path, item.columns] for item in shard.items])


def receive(work: Work, shown: Progress, shard: Shard, given: dict[str, Any]) -> None:
    """Write a shard that came back.

    Args:
        work: The batch.
        shown: Counts its reports.
        shard: The shard.
        given: What `ShardExtractor` gave of it.

    Raises:
        GxnlpError: What it met.
        WriteError: The disk is full, or the like.
    """
    if given["error"] is not None:
        raise pickle.loads(given["error"])  # noqa: S301 - of our own process
    lines: list[str] = list(given["lines"])
    work.write(shard.number, lines)
    for item, line, seconds in zip(shard.items, lines, given["seconds"], strict=True):
        outcome = from_line(line) if is_failure(line) else None
        category = outcome.category if isinstance(outcome, Failure) else None
        shown.add(item.name, Done(item.index, line, category, seconds))


def _json(fingerprint: dict[str, Any]) -> str:
    return json.dumps(fingerprint, sort_keys=True)
