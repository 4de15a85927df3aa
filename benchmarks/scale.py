"""Reports a second of the same batch on each engine, on this machine; the output must not differ.

    python benchmarks/scale.py [--reports 1000] [--workers CORES] [--kinds txt] [--rounds 3] [--engines local,ray,spark]
                               [--folder DIR]

Engines take turns, so that what else the machine does falls on all alike; the median of the rounds counts. A Ray
cluster and a Spark session of this machine are started once, outside the time, as a cluster is; what a run starts on
them (actors, Python processes, the model) and the assembling of the output are part of it, so take enough reports.
Printed are each engine's rate, its ratio to the first engine's and what a million reports come to at that rate; the
bytes that a report is as file and as record; from one process, the share of each stage; and what the driver alone does
for a report (take its shard from a table, write it, assemble the output), which no further machine takes from it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
from reports import hardware, make_reports
from stages import stages

from gxnlp.batch import ExtractorSettings, Summary, run
from gxnlp.batch.assembly import assemble
from gxnlp.batch.cluster import receive
from gxnlp.batch.outputs import OutputFormat
from gxnlp.batch.pool import cores
from gxnlp.batch.progress import Progress
from gxnlp.batch.work import Work

MILLION = 1_000_000
STAGED = 200
"""Reports whose stages are timed."""


def ray_engine(workers: int, closing: ExitStack) -> Callable[..., Summary]:
    """Start a Ray cluster of this machine."""
    import ray

    from gxnlp.batch import ray as engine

    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    closing.callback(ray.shutdown)
    return engine.run


def spark_engine(workers: int, closing: ExitStack) -> Callable[..., Summary]:
    """Start a Spark session of this machine."""
    from pyspark.sql import SparkSession

    from gxnlp.batch import spark as engine

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    closing.callback(session.stop)
    return engine.run


def local_engine(workers: int, closing: ExitStack) -> Callable[..., Summary]:
    """Return the local engine, which has nothing to start."""
    return run


ENGINES = {"local": local_engine, "ray": ray_engine, "spark": spark_engine}


def driver(reports: Path, lines: Sequence[str], out: Path) -> dict[str, float]:
    """Return the seconds that the driver spends on outcomes that come back, and on each format of the output."""
    spent = {}
    for format in (OutputFormat.JSONL, OutputFormat.PARQUET):
        output = out.with_name(f"driver.{format}")
        with Work.open([reports], output, ExtractorSettings(), resume=False) as work:
            shown, took = Progress(work.total, 0, bar=False), 0.0
            for shard in work.pending():
                own = [lines[item.index] for item in shard.items]
                table = pa.table({"lines": [own], "seconds": [[0.0] * len(own)], "error": pa.nulls(1, pa.binary())})
                began = time.perf_counter()
                (row,) = table.to_pylist()
                receive(work, shown, shard, row)
                took += time.perf_counter() - began
            spent["receive"] = took
            began = time.perf_counter()
            assemble(work, output, format)
            spent[f"assemble {format}"] = time.perf_counter() - began
    return spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--kinds", default="txt")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(hardware())
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        paths = list(make_reports(folder / "reports", given.reports, kinds=given.kinds.split(",")))
        engines = {name: ENGINES[name](given.workers, closing) for name in given.engines.split(",")}
        rates: dict[str, list[float]] = {name: [] for name in engines}
        hashes, out = set(), folder / "out.jsonl"
        for _ in range(given.rounds):
            for name, engine in engines.items():
                summary = engine(folder / "reports", out, workers=given.workers, progress=False)
                assert summary.failed == 0, summary
                rates[name].append(summary.inputs / summary.seconds)
                hashes.add(hashlib.sha256(out.read_bytes()).hexdigest())
        assert len(hashes) == 1, "the output differs"
        print(f"{len(paths)} reports ({given.kinds}), {given.workers} workers, the same output from all engines")
        first = statistics.median(next(iter(rates.values())))
        for name, found in rates.items():
            rate = statistics.median(found)
            hours = MILLION * given.workers / rate / 3600
            print(
                f"{name:8}{rate:7.1f} reports/s  {rate / first:5.2f} of the first  ({min(found):.1f}-{max(found):.1f})"
                f"  a million: {hours:.0f} core-hours"
            )
        size, written = sum(path.stat().st_size for path in paths) / len(paths), out.stat().st_size / len(paths)
        print(f"a report: {size / 1000:.1f} kB as file, {written / 1000:.1f} kB as record")
        stages(paths[:3])  # loads what is loaded once
        spent = stages(paths[:STAGED])
        whole = sum(spent.values())
        print(f"one process, {1000 * whole / min(len(paths), STAGED):.1f} ms a report: ", end="")
        print(", ".join(f"{name} {seconds / whole:.2f}" for name, seconds in spent.items()))
        alone = driver(folder / "reports", out.read_text("utf-8").splitlines(), out)
        print("the driver: ", end="")
        print(", ".join(f"{name} {1000 * seconds / len(paths):.2f} ms a report" for name, seconds in alone.items()))


if __name__ == "__main__":
    main()
