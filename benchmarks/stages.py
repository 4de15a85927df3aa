"""Where the time of a report goes, by format: read, tables, figures, merge, JSON; one process and one thread.

    python benchmarks/stages.py [--reports 200] [--kinds txt,md,html,docx,pdf]

Reports of each kind are made (`benchmarks/reports.py`); the first are read once before, so that what loads once is not
counted. Printed are reports a second, milliseconds a report, and each stage's share.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from reports import KINDS, hardware, make_reports

from gxnlp.figures.tagger import Tagger
from gxnlp.reading import read
from gxnlp.report.build import draft_of, finish

STAGES = ("read", "tables", "figures", "merge", "JSON")


def stages(paths: Sequence[Path]) -> dict[str, float]:
    """Return the seconds that each stage takes over reports, in this process and one thread."""
    tagger, spent = Tagger.load(threads=1), defaultdict(float)
    for path in paths:
        times = [time.perf_counter()]
        document = read(path)
        times.append(time.perf_counter())
        draft = draft_of(document)
        times.append(time.perf_counter())
        figures = tagger.tag_document(document, draft.to_tag, year=draft.meta.year)
        times.append(time.perf_counter())
        record = finish(draft, figures)
        times.append(time.perf_counter())
        record.to_json(indent=None)
        times.append(time.perf_counter())
        for name, began, ended in zip(STAGES, times, times[1:], strict=False):
            spent[name] += ended - began
    return dict(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--kinds", default=",".join(KINDS))
    given = parser.parse_args()
    print(hardware())
    print(f"{'kind':6}{'reports/s':>10}{'ms':>9}" + "".join(f"{name:>9}" for name in STAGES))
    for kind in given.kinds.split(","):
        with tempfile.TemporaryDirectory() as scratch:
            paths = list(make_reports(Path(scratch), given.reports, kinds=[kind]))
            stages(paths[:3])
            spent = stages(paths)
        whole = sum(spent.values())
        print(
            f"{kind:6}{len(paths) / whole:10.1f}{1000 * whole / len(paths):9.1f}"
            + "".join(f"{spent[name] / whole:9.2f}" for name in STAGES)
        )


if __name__ == "__main__":
    main()
