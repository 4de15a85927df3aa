"""Reports a second of a batch, with one worker and more; the output must not differ.

    python benchmarks/workers.py [--reports 1000] [--most CORES] [--kinds txt] [--rounds 3] [--folder DIR]

Numbers of workers take turns, so that what else the machine does falls on all alike; the median of the rounds counts.
Starting and assembling the output are part of the time.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
from pathlib import Path

from reports import hardware, make_reports

from gxnlp.batch import run
from gxnlp.batch.pool import cores


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--most", type=int, default=cores())
    parser.add_argument("--kinds", default="txt")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(hardware())
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        folder = Path(scratch)
        paths = list(make_reports(folder / "reports", given.reports, kinds=given.kinds.split(",")))
        print(
            f"{len(paths)} reports ({given.kinds}), {sum(p.stat().st_size for p in paths) / len(paths):.0f} bytes each"
        )
        rates: dict[int, list[float]] = {workers: [] for workers in range(1, given.most + 1)}
        hashes = set()
        for _ in range(given.rounds):
            for workers, found in rates.items():
                summary = run(folder / "reports", folder / "out.jsonl", workers=workers, progress=False)
                assert summary.failed == 0, summary
                found.append(summary.inputs / summary.seconds)
                hashes.add(hashlib.sha256((folder / "out.jsonl").read_bytes()).hexdigest())
        assert len(hashes) == 1, "the output differs"
    one = statistics.median(rates[1])
    for workers, found in rates.items():
        rate = statistics.median(found)
        print(
            f"{workers:3} workers {rate:7.1f} reports/s  {rate / one:5.2f} of one  ({min(found):.1f}-{max(found):.1f})"
        )


if __name__ == "__main__":
    main()
