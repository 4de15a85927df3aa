"""Import, loading, and one text report from file to record.

    python benchmarks/extract.py [REPORT]

Prints the hardware, seconds of `import gxnlp` in fresh processes (with the heavy modules that it loaded, none being
expected), milliseconds of loading the default tagger, and of one report once loaded, by stage.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HEAVY = ("torch", "transformers", "spacy", "onnxruntime", "lxml", "pdfminer", "numpy")
PROBE = (
    "import sys, time; began = time.perf_counter(); import gxnlp; spent = time.perf_counter() - began; "
    f"print(spent, [name for name in {HEAVY!r} if name in sys.modules])"
)
SAMPLE = Path(__file__).parent.parent / "samples" / "2021-district.txt"


def milliseconds(work: Callable[[], object], repeats: int = 15) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    command = [sys.executable, "-c", PROBE]
    outputs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(5)]
    seconds = statistics.median(float(output.split()[0]) for output in outputs)
    print(f"import gxnlp: {seconds:.3f} s, heavy modules loaded: {outputs[0].split(' ', 1)[1].strip()}")

    from gxnlp.figures.tagger import Tagger
    from gxnlp.reading import read
    from gxnlp.report.build import extract_document, prose_of
    from gxnlp.tables import read_cells

    began = time.perf_counter()
    tagger = Tagger.load()
    print(f"load the tagger: {1000 * (time.perf_counter() - began):.0f} ms")
    document = read(path)
    reading = read_cells(document)
    prose = prose_of(document, reading.consumed)
    record = extract_document(document, tagger=tagger)
    print(f"{path.name}: {len(document.text)} characters, {len(record.cells)} cells, {len(record.figures)} figures")
    rows = {
        "read": lambda: read(path),
        "tables": lambda: read_cells(document),
        "figures": lambda: tagger.tag_document(document, prose),
        "whole": lambda: extract_document(read(path), tagger=tagger),
    }
    times = {name: milliseconds(work) for name, work in rows.items()}
    for name, spent in times.items():
        print(f"{name:8}{spent:8.1f} ms  {spent / times['whole']:.2f} of the whole")


if __name__ == "__main__":
    main()
