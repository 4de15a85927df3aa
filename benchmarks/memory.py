"""Memory of a batch and all its processes, over batches of growing length.

    python benchmarks/memory.py [--reports 1000,10000,50000] [--workers 2] [--no-figures] [--folder DIR]

Every half second the memory of the whole tree is read: proportional set size (shared pages counted once) and resident
set size. What is printed is the median of the highest tenth of the readings, as a peak of one reading is an accident;
and the ratios to the shortest batch. Pages of libraries that processes of others use too count for less in PSS, so run
it on a quiet machine, or look at RSS.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
from reports import hardware, make_reports

COMMAND = [sys.executable, "-c", "from gxnlp.cli import app; app()", "extract"]


def tree(pid: int) -> tuple[int, int]:
    """Return PSS and RSS of a process and all below it, in bytes."""
    pss = rss = 0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found = process.memory_full_info()
            pss, rss = pss + found.pss, rss + found.rss
    return pss, rss


def measured(arguments: list[str]) -> tuple[list[tuple[int, int]], float]:
    """Run a batch and return its readings and its seconds."""
    readings, began = [], time.monotonic()
    process = subprocess.Popen([*COMMAND, *arguments])
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            readings.append(tree(process.pid))
        time.sleep(0.5)
    assert process.returncode == 0
    return readings, time.monotonic() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", default="1000,10000,50000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kinds", default="txt")
    parser.add_argument("--no-figures", action="store_true")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    sizes = sorted(map(int, given.reports.split(",")))
    print(hardware())
    base: tuple[float, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
            folder = Path(scratch)
            for _ in make_reports(folder / "reports", size, kinds=given.kinds.split(",")):
                pass
            options = ["--workers", str(given.workers), *(["--no-figures"] if given.no_figures else [])]
            readings, seconds = measured([str(folder / "reports"), "-o", str(folder / "out.jsonl"), *options])
        most = sorted(readings)[-max(1, len(readings) // 10) :]
        pss, rss = (statistics.median(column) / 2**20 for column in zip(*most, strict=True))
        base = base or (pss, rss)
        print(
            f"{size:7} reports  PSS {pss:7.1f} MiB, {pss / base[0]:.3f} of the first  "
            f"RSS {rss:7.1f} MiB, {rss / base[1]:.3f} of the first  {size / seconds:.1f} reports/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
