"""A batch on a Ray cluster: paths in, records out, through actors that hold the model."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxnlp.batch.cluster import Job, ShardExtractor, receive, to_json
from gxnlp.batch.engine import carry_out
from gxnlp.batch.outputs import OutputFormat
from gxnlp.batch.progress import Progress
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.batch.summary import Summary
from gxnlp.batch.work import SHARD_SIZE, Shard, Work
from gxnlp.errors import ConfigError, MissingExtraError, WorkerError

if TYPE_CHECKING:
    import pyarrow as pa

WAVE = 4096
"""Shards that are one Ray dataset: their inputs are what the driver and the object store hold at once."""
_log = logging.getLogger("gxnlp.batch")


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
    gpus: float = 1.0,
) -> Summary:
    """Extract many reports on a Ray cluster; arguments, output and errors are those of `gxnlp.batch.run`.

    Where Ray is not initialised, `ray.init` is called without arguments: it joins the cluster that ``RAY_ADDRESS``
    names or that this machine is part of, or starts one of this machine alone, which ends with the run.

    Reports and model must be found under the same path on every node, and gxnlp must be installed there. The output
    and its work folder are written here, shard by shard as they arrive: a driver that is killed goes on with
    ``resume=True``, on this engine or another. The shard of an actor that dies is given to another.

    Args:
        sources: See `gxnlp.batch.run`, as all that follows.
        output: What to write.
        settings: How to extract. The device ``cuda`` puts each actor's network on a GPU, the reports being read by as
            many processes beside it as there are cores for each GPU in use.
        workers: Actors at most: of one core each, or on GPUs of ``gpus`` each. Default is as many as the cluster has
            room for now; an autoscaling cluster grows up to it.
        resume: Whether to go on with an unfinished run.
        progress: Whether to draw a bar.
        errors: Where to list failures.
        log: A file to log to.
        format: The format of the output.
        shard_size: Reports whose outcomes travel and are written together.
        gpus: Share of a GPU that an actor takes: ``0.25`` puts four on each, where reading is what takes the time.

    Raises:
        ConfigError: As there; or the cluster has no GPU that was asked for.
        MissingExtraError: Ray is not installed.
        WorkerError: The cluster fails: what is done is kept.
    """
    _require_ray()
    settings = settings or ExtractorSettings()
    if settings.device not in ("cpu", "cuda"):
        raise ConfigError(f"Ray tells each actor its GPU: the device is cuda, not {settings.device}")
    if gpus <= 0:
        raise ConfigError(f"an actor takes more of a GPU than {gpus}")

    def extract(work: Work, shown: Progress) -> None:
        import ray

        with _cluster():
            try:
                _extract(work, shown, settings, workers, gpus)
            except ray.exceptions.RayError as error:
                raise WorkerError(f"the Ray cluster failed: {error}") from error

    return carry_out(
        extract, sources, output, settings=settings, resume=resume, progress=progress, errors=errors, log=log,
        format=format, shard_size=shard_size,
    )  # fmt: skip


class ShardActor:
    """What `ray.data.Dataset.map_batches` makes an actor of: tables of `shards_table` in, what became of them out.

    Args:
        job: What to do.
    """

    def __init__(self, job: Job) -> None:
        self._extract = ShardExtractor(job)

    def __call__(self, table: pa.Table) -> pa.Table:
        """Extract the shards of a table."""
        import pyarrow as pa

        rows = [{"number": row["number"], **self._extract(row["items"])} for row in table.to_pylist()]
        return pa.Table.from_pylist(rows, schema=_schema())


def shards_table(shards: Sequence[Shard]) -> pa.Table:
    """Return shards as the rows of a table."""
    import pyarrow as pa

    return pa.table({"number": [shard.number for shard in shards], "items": [to_json(shard) for shard in shards]})


def _schema() -> pa.Schema:
    import pyarrow as pa

    lines, seconds = pa.list_(pa.large_string()), pa.list_(pa.float64())
    return pa.schema({"number": pa.int64(), "lines": lines, "seconds": seconds, "error": pa.binary()})


def _extract(work: Work, shown: Progress, settings: ExtractorSettings, workers: int | None, gpus: float) -> None:
    import ray

    on_gpu = settings.device != "cpu" and settings.figures
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    room = int(ray.cluster_resources().get("GPU", 0) / gpus) if on_gpu else cores
    if not (workers or room):
        raise ConfigError("the Ray cluster has no GPU; name a number of workers where it will grow one")
    actors = workers or room
    readers = max(1, cores // actors) if on_gpu else 1
    job = Job.of(settings, readers=readers)
    resources: dict[str, Any] = {"num_cpus": readers, "num_gpus": gpus} if on_gpu else {"num_cpus": 1}
    _log.info("Ray: up to %d actors of %s", actors, resources)
    pending = work.pending()
    while wave := list(islice(pending, WAVE)):
        pool = ray.data.ActorPoolStrategy(
            min_size=max(1, min(actors, room, len(wave))), max_size=max(1, min(actors, len(wave)))
        )
        # A block each, so that a shard is written here as soon as it is done, and is all that a dead actor costs.
        shards = ray.data.from_arrow([shards_table([shard]) for shard in wave])
        done = shards.map_batches(
            ShardActor, fn_constructor_args=(job,), batch_size=1, batch_format="pyarrow", compute=pool, **resources
        )
        under_way = {shard.number: shard for shard in wave}
        for table in done.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            for row in table.to_pylist():
                receive(work, shown, under_way.pop(row["number"]), row)


@contextmanager
def _cluster() -> Iterator[None]:
    """Join a cluster, or start one that ends with this; Ray Data says only what goes wrong meanwhile."""
    import ray
    import ray.data

    ours = not ray.is_initialized()
    if ours:
        ray.init(include_dashboard=None, logging_level=logging.WARNING, log_to_driver=False)
    context, logger = ray.data.DataContext.get_current(), logging.getLogger("ray.data")
    bars, level = context.enable_progress_bars, logger.level
    context.enable_progress_bars = False
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        context.enable_progress_bars = bars
        logger.setLevel(level)
        if ours:
            ray.shutdown()


def _require_ray() -> None:
    try:
        import ray
        import ray.data  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("the engine ray", "ray") from error
