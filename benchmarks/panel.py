"""A panel of many records: seconds and memory.

    python benchmarks/panel.py [--bodies 2000] [--years 10]

Records of the samples, with other bodies, years and numbers, come through a pipe from a second process, so that no
disk is needed. Prints the hardware, the seconds that this process computed for each stage, and its resident memory at
the highest; the last stage writes the folder with all its files.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gxnlp

SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE_OF = {2014: "2014-county.md", 2019: "2019-bureau.md", 2021: "2021-district.md"}
FIRST_YEAR = 2014


def name_of(number: int) -> str:
    """Return a name for a county, another for each number."""
    return "".join("青白红金银石松柏梅兰"[int(digit)] for digit in str(number))


def varied(record: dict[str, Any], body: int, year: int, dice: random.Random) -> str:
    """Return a record of another body, year and other numbers, as a line."""
    factor = dice.uniform(0.5, 2)
    changed = dict(record)
    changed["source"] = {**record["source"], "path": f"reports/{body}/{year}.txt", "sha256": f"{body:032x}{year:032x}"}
    changed["meta"] = {**record["meta"], "agency": f"青山市{name_of(body)}县财政局", "year": year}
    for part in ("cells", "indicators"):
        changed[part] = [
            row if row["value"] is None else {**row, "value": str(round(float(row["value"]) * factor))}
            for row in record[part]
        ]
    return json.dumps(changed, ensure_ascii=False) + "\n"


def write_records(pipe: str, records: dict[int, dict[str, Any]], bodies: int, years: int) -> None:
    """Write the records, body by body."""
    dice = random.Random(0)
    with open(pipe, "w", encoding="utf-8") as file:  # noqa: PTH123 - a pipe
        for body in range(bodies):
            for year in range(FIRST_YEAR, FIRST_YEAR + years):
                form = max(first for first in records if first <= max(year, FIRST_YEAR))
                file.write(varied(records[form], body, year, dice))


def stages(pipe: str, folder: Path) -> Iterator[str]:
    """Run the stages one after the other, naming each when it is done."""
    from gxnlp.panel import PanelSettings, read_panel
    from gxnlp.panel.writing import PanelFormat, write_panel

    panel = read_panel(pipe, settings=PanelSettings(texts=False))
    yield f"read, reduced and checked {len(panel.versions):,} records ({len(panel.to_arrow()):,} values)"
    wide = panel.wide()
    yield f"wide panel of {wide.shape[0]:,} x {wide.shape[1]:,}"
    write_panel(panel, folder / "parquet", format=PanelFormat.PARQUET)
    yield "written as Parquet, with summary"
    write_panel(panel, folder / "both")
    yield "written as Parquet and CSV, with summary"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--bodies", type=int, default=2000)
    arguments.add_argument("--years", type=int, default=10)
    options = arguments.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    records = {form: json.loads(gxnlp.extract(SAMPLES / name).to_json()) for form, name in SAMPLE_OF.items()}
    size = sum(len(json.dumps(record, ensure_ascii=False).encode()) for record in records.values()) // len(records)
    print(f"{options.bodies * options.years:,} records of {size / 1000:.0f} kB on average")
    with tempfile.TemporaryDirectory() as name:
        pipe = str(Path(name, "records.jsonl"))
        os.mkfifo(pipe)
        # Spawned before the panel is loaded, so that its memory is not this process's.
        context = multiprocessing.get_context("spawn")
        writer = context.Process(target=write_records, args=(pipe, records, options.bodies, options.years))
        writer.start()
        began = time.process_time()
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB  before")
        for done in stages(pipe, Path(name)):
            spent, began = time.process_time() - began, time.process_time()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{peak:8.0f} MiB  {spent:7.1f} s  {done}", flush=True)
        writer.join()


if __name__ == "__main__":
    main()
