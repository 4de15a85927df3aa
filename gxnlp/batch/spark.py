"""A batch on Spark: a DataFrame of paths into one of records, and the whole run to one output."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from gxnlp.batch.cluster import Job, JobExtractor, ShardExtractor, receive, to_json
from gxnlp.batch.engine import carry_out
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, from_line, is_failure
from gxnlp.batch.outputs import OutputFormat
from gxnlp.batch.progress import Progress
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.summary import Summary
from gxnlp.batch.work import SHARD_SIZE, Shard, Work
from gxnlp.errors import ConfigError, MissingExtraError, WorkerError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame, SparkSession

RESULTS = ("record", "category", "cause")
"""The columns that `extract` adds: the record as JSON, or category and cause of the failure."""
_GIVEN = ("path", "manifest", "content")
_ROWS = 64  # outcomes handed to Spark at a time
_JOBS = 8  # Spark jobs side by side: one that takes long does not hold up the others
_SHARDS = "number long, items string"
_DONE = "number long, lines array<string>, seconds array<double>, error binary"
_log = logging.getLogger("gxnlp.batch")


def extract(
    df: DataFrame, settings: ExtractorSettings | None = None, *, path: str = "path", content: str | None = None
) -> DataFrame:
    """Extract the reports that the rows of a DataFrame name or hold, by `mapInPandas`.

    Each task reads in a worker process beside it, held to the limits of the settings; the model is loaded once for
    each Python process that Spark keeps. Give a partition some hundred reports or more.

    Args:
        df: A row a report. All columns but the content travel with the record as its manifest, and columns ``body``,
            ``region``, ``year`` and ``url`` are held against what the report says.
        settings: How to extract, on the CPU.
        path: The column of paths, which every executor must see; or of names, where there is a content.
        content: The column that holds the reports themselves, as bytes or text: ``"content"`` for what
            ``spark.read.format("binaryFile")`` gives.

    Returns:
        The columns of ``df`` without the content, then ``record`` (JSON), ``category`` and ``cause`` (null unless the
        report failed). The order of rows within a partition is kept.

    Raises:
        ConfigError: A column is missing, or one has a name that is needed for the result; or the device is a GPU.
        ModelError: There is no model in the folder.
        MissingExtraError: Spark is not installed.
    """
    _require_spark()
    from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
    from pyspark.sql import types as T  # noqa: N812

    settings = _on_cpu(settings)
    for column in filter(None, (path, content)):
        if column not in df.columns:
            raise ConfigError(f"the DataFrame has no column {column!r}; it has {', '.join(df.columns)}")
    if clash := [name for name in df.columns if name in RESULTS]:
        raise ConfigError(f"the DataFrame has a column {clash[0]!r} already: rename it")
    kept = [name for name in df.columns if name != content]
    manifest = [
        F.coalesce(_column(name).cast("string"), F.lit("")).alias(name) for name in kept if name != path
    ]  # as text here, where pandas has not made 2021.0 of a year beside a null
    # Under names of our own: mapInPandas cannot find a column that has a dot in its name.
    passed = [f"kept_{n}" for n in range(len(kept))]
    given = df.select(
        *(_column(name).alias(alias) for name, alias in zip(kept, passed, strict=True)),
        _column(path).cast("string").alias("path"),
        (F.to_json(F.struct(*manifest)) if manifest else F.lit("{}")).alias("manifest"),
        (_column(content) if content else F.lit(None).cast("binary")).alias("content"),
    )
    types = {field.name: field.dataType for field in df.schema.fields}
    fields = [T.StructField(alias, types[name]) for name, alias in zip(kept, passed, strict=True)]
    fields += [T.StructField(name, T.StringType()) for name in RESULTS]
    done = given.mapInPandas(_Reports(Job.of(settings)), T.StructType(fields))
    return done.toDF(*kept, *RESULTS)


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
    session: SparkSession | None = None,
) -> Summary:
    """Extract many reports on Spark into one output; arguments, output and errors are those of `gxnlp.batch.run`.

    Reports and model must be found under the same path on every executor, and gxnlp must be installed there. The
    output and its work folder are written by the driver, shard by shard as they arrive: one that is killed goes on
    with ``resume=True``, on this engine or another. Where records should stay on the cluster, use `extract`.

    Args:
        sources: See `gxnlp.batch.run`, as all that follows.
        output: What to write.
        settings: How to extract, on the CPU.
        workers: Shards at a time. Default is the session's parallelism.
        resume: Whether to go on with an unfinished run.
        progress: Whether to draw a bar.
        errors: Where to list failures.
        log: A file to log to.
        format: The format of the output.
        shard_size: Reports whose outcomes travel and are written together.
        session: Where to run; default is the active session, or a new one as Spark's own configuration says, which
            ends with the run (without a master: this machine).

    Raises:
        ConfigError: As there; or the device is a GPU.
        MissingExtraError: Spark is not installed.
        WorkerError: Spark fails: what is done is kept.
    """
    _require_spark()
    settings = _on_cpu(settings)

    def extract_shards(work: Work, shown: Progress) -> None:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        used = session or SparkSession.getActiveSession()
        ours = used is None
        try:
            used = used or _start()
            _extract(work, shown, used, Job.of(settings), workers)
        except (PySparkException, Py4JError) as error:
            raise WorkerError(f"Spark failed: {error}") from error
        finally:
            if ours and used is not None:
                used.stop()

    return carry_out(
        extract_shards, sources, output, settings=settings, resume=resume, progress=progress, errors=errors, log=log,
        format=format, shard_size=shard_size,
    )  # fmt: skip


class _Reports:
    """What `extract` runs in Spark's Python processes."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        extractor = _job_extractor(self._job)
        for frame in frames:
            for start in range(0, len(frame), _ROWS):
                part = frame.iloc[start : start + _ROWS]
                columns = (part[name] for name in _GIVEN)
                items = [
                    _item(index, path, manifest, content, self._job.folder)
                    for index, (path, manifest, content) in enumerate(zip(*columns, strict=True))
                ]
                results = [_result(done.line) for done in extractor(items)]
                part = part.drop(columns=list(_GIVEN))
                yield part.assign(**dict(zip(RESULTS, map(list, zip(*results, strict=True)), strict=True)))


class _Shards:
    """What `run` runs in Spark's Python processes."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        import pandas as pd

        extractor = _shard_extractor(self._job)
        for frame in frames:
            for number, items in zip(frame["number"], frame["items"], strict=True):
                yield pd.DataFrame([{"number": number, **extractor(items)}])


@cache
def _job_extractor(job: Job) -> JobExtractor:
    """Return the extractor of this process, which Spark uses again for later tasks."""
    return JobExtractor(job)


@cache
def _shard_extractor(job: Job) -> ShardExtractor:
    return ShardExtractor(job)


def _item(index: int, path: Any, manifest: str, content: Any, folder: str) -> Item:
    name = path if isinstance(path, str) else ""
    data = content if isinstance(content, str) else bytes(content) if isinstance(content, bytes | bytearray) else None
    return Item(index, name, json.loads(manifest), folder, data)


def _result(line: str) -> tuple[str | None, str | None, str | None]:
    if not is_failure(line):
        return line, None, None
    outcome = from_line(line)
    assert isinstance(outcome, Failure)  # noqa: S101 - told by the line
    return None, str(outcome.category), outcome.cause


def _extract(work: Work, shown: Progress, session: SparkSession, job: Job, workers: int | None) -> None:
    at_once = workers or session.sparkContext.defaultParallelism
    # Twice as many shards as are worked on wait their turn, so that nobody is idle while results travel.
    size = -(-2 * at_once // _JOBS)
    _log.info("Spark: %d shards at a time, %d a job", at_once, size)

    tag = f"gxnlp-{uuid4().hex}"

    def carry(shards: list[Shard]) -> list[Any]:
        session.addTag(tag)  # of this thread
        rows = [(shard.number, to_json(shard)) for shard in shards]
        done: list[Any] = session.createDataFrame(rows, _SHARDS).mapInPandas(_Shards(job), _DONE).collect()
        return done

    pending = work.pending()
    with ThreadPoolExecutor(_JOBS) as jobs:
        under_way: dict[Future[list[Any]], list[Shard]] = {}
        try:
            while True:
                while len(under_way) < _JOBS and (shards := list(islice(pending, size))):
                    under_way[jobs.submit(carry, shards)] = shards
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    given = {shard.number: shard for shard in under_way.pop(future)}
                    for row in future.result():
                        receive(work, shown, given[row["number"]], row.asDict())
        except BaseException:
            session.interruptTag(tag)
            raise


def _start() -> SparkSession:
    from pyspark.sql import SparkSession

    # Spark would take whatever python3 is first on the path.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("gxnlp").config("spark.ui.showConsoleProgress", "false")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _column(name: str) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    return F.col("`{}`".format(name.replace("`", "``")))


def _on_cpu(settings: ExtractorSettings | None) -> ExtractorSettings:
    settings = settings or ExtractorSettings()
    if settings.device != "cpu":
        raise ConfigError(f"on Spark the tagger runs on the CPU, not on {settings.device}: use Ray for GPUs")
    return settings


def _require_spark() -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("the engine spark", "spark") from error
