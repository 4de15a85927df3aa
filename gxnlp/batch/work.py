"""A batch on disk while it runs: the frozen list of inputs, and shards of outcomes that are there whole or not at all.

A run is killed at any moment and goes on from here: a shard bears its name only once its last byte is on the disk, and
``run.json`` comes after the list of inputs, so a folder without it holds nothing that would be missed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from gxnlp.batch.items import Item
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.sources import find_items
from gxnlp.errors import ConfigError, WriteError

SHARD_SIZE = 64
"""Inputs a shard: what a kill can cost at most, and a file each."""
_RUN, _INPUTS, _LOCK = "run.json", "inputs.jsonl", "lock"


@dataclass(frozen=True, slots=True)
class Shard:
    """A fixed run of inputs whose outcomes are written together."""

    number: int
    items: tuple[Item, ...]


def work_folder(output: Path) -> Path:
    """Return where the unfinished work on an output stands: ``records.jsonl.parts`` for ``records.jsonl``."""
    return output.with_name(f"{output.name}.parts")


def write_whole(path: Path, chunks: Iterable[str]) -> None:
    """Write a text file that appears under its name once all of it is on the disk.

    Raises:
        WriteError: The disk is full, or the folder cannot be written to; what stood there stays.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
            file.writelines(chunks)
            synced(file)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WriteError(path, error) from error


def synced(file: IO[Any]) -> None:
    """Wait until what was written to a file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk (where the system can)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Work:
    """The work folder of one batch; use it as a context manager, which holds it against a second run.

    Attributes:
        folder: Where it is.
        total: Number of inputs.
        columns: The manifests' columns, in order of first appearance.
        resumed: Number of inputs that an earlier run has done.
    """

    def __init__(self, folder: Path, run: dict[str, Any], lock: IO[str]) -> None:
        self.folder = folder
        self.total: int = run["inputs"]["count"]
        self.columns: tuple[str, ...] = tuple(run["inputs"]["columns"])
        self._size: int = run["shard_size"]
        self._lock = lock
        self._done = {int(path.stem.rpartition("-")[2]) for path in folder.glob("shard-*.jsonl")}
        self.resumed = sum(self._length(number) for number in self._done)

    @classmethod
    def open(
        cls,
        sources: Sequence[str | Path],
        output: Path,
        settings: ExtractorSettings,
        *,
        resume: bool | None,
        shard_size: int = SHARD_SIZE,
    ) -> Work:
        """Begin a batch or go on with one.

        Args:
            sources: As for `find_items`; may be empty where an unfinished run is gone on with.
            output: What will be written in the end.
            settings: How reports are extracted.
            resume: True goes on with an unfinished run and begins one where there is none; False begins anew; None
                begins, but leaves an unfinished run alone.
            shard_size: Inputs a shard.

        Raises:
            ConfigError: There is an unfinished run that may not be touched, or that other inputs or settings began;
                or another process is at it.
            ModelError: There is no model.
            WriteError: The folder cannot be written to.
        """
        folder = work_folder(output)
        if not sources and not (resume and (folder / _RUN).is_file()):
            raise ConfigError(f"{output}: no reports are given" + (", and no run is unfinished" if resume else ""))
        try:
            folder.mkdir(exist_ok=True)
            lock = _locked(folder)
        except OSError as error:
            raise WriteError(folder, error) from error
        try:
            run = _load(folder) if resume is not False else None
            fingerprint = settings.fingerprint()
            if run is None:
                _clear(folder)
                inputs = _freeze(sources, folder / _INPUTS)
                run = {"settings": fingerprint, "inputs": inputs, "shard_size": shard_size}
                write_whole(folder / _RUN, [json.dumps(run, ensure_ascii=False, indent=1)])
            elif not resume:
                raise ConfigError(
                    f"{folder} holds an unfinished run: go on with it (--resume) or begin anew with --restart"
                )
            else:
                _check_settings(folder, run["settings"], fingerprint)
                if sources:
                    _check_inputs(folder, run["inputs"], sources)
        except BaseException:
            lock.close()
            if not (folder / _RUN).is_file():
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(folder, run, lock)

    def __enter__(self) -> Work:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()

    def pending(self) -> Iterator[Shard]:
        """Yield the shards that are not written yet, in order; the list of inputs is read as they are asked for."""
        items: list[Item] = []
        for item in self.items():
            number = item.index // self._size
            if number not in self._done:
                items.append(item)
                if len(items) == self._length(number):
                    yield Shard(number, tuple(items))
                    items = []

    def items(self) -> Iterator[Item]:
        """Yield all inputs, as frozen at the start."""
        with (self.folder / _INPUTS).open(encoding="utf-8", errors="surrogateescape") as file:
            for index, line in enumerate(file):
                path, columns = json.loads(line)
                yield Item(index, path, columns)

    def write(self, number: int, lines: Sequence[str]) -> None:
        """Write a shard's outcomes (`outcomes.to_line`), whole or not at all.

        Raises:
            WriteError: The disk is full, or the like; every shard written before stays.
            ValueError: These are not as many outcomes as the shard has inputs.
        """
        if len(lines) != self._length(number):
            raise ValueError(f"shard {number} has {self._length(number)} inputs, not {len(lines)}")
        write_whole(self._path(number), (f"{line}\n" for line in lines))
        self._done.add(number)

    def lines(self) -> Iterator[str]:
        """Yield every outcome's line, without line break, in the order of the inputs; all shards must be there."""
        for number in range(-(-self.total // self._size)):
            with self._path(number).open(encoding="utf-8", newline="\n", errors="surrogateescape") as file:
                for line in file:
                    yield line.removesuffix("\n")

    def remove(self) -> None:
        """Remove the folder: its output is on the disk."""
        # Without run.json the rest is known to be worthless, should the next steps not be reached.
        (self.folder / _RUN).unlink(missing_ok=True)
        sync_folder(self.folder)
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"shard-{number:06}.jsonl"

    def _length(self, number: int) -> int:
        return min(self._size, self.total - number * self._size)


def _locked(folder: Path) -> IO[str]:
    file = (folder / _LOCK).open("w")
    try:
        import fcntl
    except ImportError:  # Windows: two runs on one output are the user's to avoid
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise ConfigError(f"{folder}: another run is at work on this output") from error
    return file


def _load(folder: Path) -> dict[str, Any] | None:
    try:
        run: dict[str, Any] = json.loads((folder / _RUN).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ConfigError(f"{folder / _RUN} is damaged ({error}): begin anew with --restart") from error
    return run


def _clear(folder: Path) -> None:
    (folder / _RUN).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.name != _LOCK:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _freeze(sources: Iterable[str | Path], path: Path) -> dict[str, Any]:
    counted = _Counted()
    write_whole(path, counted.lines(sources))
    if not counted.count:
        raise ConfigError("the sources name no report")
    return counted.result()


class _Counted:
    """The lines of a frozen list, counted and hashed on the way."""

    def __init__(self) -> None:
        self.count = 0
        self._columns: dict[str, None] = {}
        self._digest = hashlib.sha256()

    def lines(self, sources: Iterable[str | Path]) -> Iterator[str]:
        for item in find_items(sources):
            line = json.dumps([item.path, item.columns], ensure_ascii=False) + "\n"
            self.count += 1
            self._columns.update(dict.fromkeys(item.columns))
            self._digest.update(line.encode("utf-8", "surrogateescape"))
            yield line

    def result(self) -> dict[str, Any]:
        return {"count": self.count, "columns": list(self._columns), "sha256": self._digest.hexdigest()}


def _check_settings(folder: Path, begun: dict[str, Any], now: dict[str, Any]) -> None:
    differing = [name for name in now if begun.get(name) != now[name]]
    if differing:
        raise ConfigError(
            f"{folder}: the run was begun with another {', '.join(differing)}: "
            "go on with the same, or begin anew with --restart"
        )


def _check_inputs(folder: Path, begun: dict[str, Any], sources: Iterable[str | Path]) -> None:
    counted = _Counted()
    for _ in counted.lines(sources):
        pass
    if counted.result() != begun:
        raise ConfigError(
            f"{folder}: the run was begun with {begun['count']} reports, now other {counted.count} are named: "
            "name none to go on with the list of then, or begin anew with --restart"
        )
