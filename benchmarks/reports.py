"""Report files for benchmarks: as many as asked, all different, the same for the same seed.

    python benchmarks/reports.py FOLDER COUNT [--kinds txt,md,html,docx,pdf] [--seed 0]

Bodies, years and numbers are drawn, the prose is that of the samples, paragraphs left out here and there; the forms are
filled so that their sums hold. Text, Markdown and HTML take under a millisecond a file, DOCX and PDF up to a tenth of a
second, so that of those a number is drawn once and their copies bear other names only.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from gxnlp.forms import form
from gxnlp.forms.rendering import consistent_values, sheets, to_bars, to_blanks, to_html, to_lines, to_markdown, to_tabs

KINDS = ("txt", "md", "html", "docx", "pdf")
SHARES = {"txt": 45, "html": 25, "md": 10, "docx": 10, "pdf": 10}
"""Per cent of each kind among mixed files."""
FOLDER_SIZE = 1000
TABLES = 40  # fillings of each form that are drawn
BINARIES = 60  # different DOCX and PDF files of each sample
_PLACES = "青禾 临江 云溪 石桥 白沙 梅岭 望湖 松林 北岸 东坪 双河 金湾 南屏 长岗 高坪 永安".split()  # noqa: SIM905
_OFFICES = "财政局 水利局 教育局 民政局 审计局 文化和旅游局 卫生健康局 市场监督管理局 人民政府".split()  # noqa: SIM905
_NUMBER = re.compile(r"(?<![\d.,〔第年月-])\d{1,4}(?=[条件篇场期次人家户项个份册起])")
_LAYOUTS = (to_bars, to_tabs, to_lines, to_blanks)


@cache
def samples() -> ModuleType:
    """Return ``samples/make.py``, whose reports are varied here."""
    path = Path(__file__).parent.parent / "samples" / "make.py"
    specification = importlib.util.spec_from_file_location("make_samples", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@cache
def _fillings(edition: str) -> list[dict[str, str]]:
    dice = random.Random(f"{edition} filled")
    return [consistent_values(form(edition), lambda: dice.choice((0, 0, 0, 1, 2, 7, 34))) for _ in range(TABLES)]


@cache
def _table(edition: str, filling: int, number: int, render: Callable[[Any], str]) -> str:
    return render(sheets(form(edition), _fillings(edition)[filling])[number])


def _varied(dice: random.Random) -> tuple[Any, int]:
    """Draw a report: a sample with another body, year, numbers and paragraphs, and which filling its tables have."""
    base = dice.choice(samples().REPORTS)
    old = re.search(r"(.+?)(20\d\d)年", base.title)
    assert old is not None
    body = f"{dice.choice(_PLACES)}{dice.choice('市县区')}{dice.choice(_OFFICES)}"
    years = {"2014": (2014, 2017), "2019": (2019, 2020), "2021": (2021, 2025)}[base.edition]
    year = str(dice.randint(*years))

    def change(part: str | int) -> str | int:
        if isinstance(part, int):
            return part
        part = part.replace(old[1], body).replace(f"{old[2]}年", f"{year}年")
        return _NUMBER.sub(lambda m: str(dice.randint(2, 3 * int(m[0]) + 9)), part)

    kept = [part for i, part in enumerate(base.parts) if i < 4 or isinstance(part, int) or dice.random() < 0.92]
    title = f"{body}{year}年政府信息公开工作年度报告"
    return replace(base, title=title, parts=tuple(map(change, kept))), dice.randrange(TABLES)


def _text(dice: random.Random, kind: str) -> bytes:
    report, filling = _varied(dice)
    render = {"txt": dice.choice(_LAYOUTS), "md": to_markdown, "html": to_html}[kind]

    def shown(part: str | int) -> str:
        return part if isinstance(part, str) else _table(report.edition, filling, part, render)

    if kind == "html":
        body = "\n".join(f"<p>{part}</p>" if isinstance(part, str) else shown(part) for part in report.parts)
        head = f'<head><meta charset="utf-8"><title>{report.title}</title></head>'
        return f"<!DOCTYPE html>\n<html>{head}<body>\n<h1>{report.title}</h1>\n{body}\n</body></html>\n".encode()
    lines = [f"# {report.title}" if kind == "md" else report.title, *map(shown, report.parts)]
    return ("\n\n" if kind == "md" else "\n").join([*lines, ""]).encode()


@cache
def _binary(kind: str, number: int) -> bytes:
    report, filling = _varied(random.Random(f"{kind} {number}"))
    report = replace(report, values=_fillings(report.edition)[filling])
    return bytes({"docx": samples().to_docx, "pdf": samples().to_pdf}[kind](report))


def make_reports(folder: Path, count: int, *, kinds: Sequence[str] = KINDS, seed: int = 0) -> Iterator[Path]:
    """Write reports into a folder, a thousand a subfolder, and yield their paths in order.

    Args:
        folder: Where to; made if missing.
        count: How many.
        kinds: Suffixes, drawn by `SHARES`.
        seed: Of the dice.
    """
    dice = random.Random(seed)
    weights = [SHARES[kind] for kind in kinds]
    for number in range(count):
        kind = dice.choices(kinds, weights)[0]
        path = folder / f"{number // FOLDER_SIZE:03}" / f"{number:06}.{kind}"
        if number % FOLDER_SIZE == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_binary(kind, dice.randrange(BINARIES)) if kind in ("docx", "pdf") else _text(dice, kind))
        yield path


def hardware() -> str:
    """Return the machine in a line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file() and (found := re.search(r"model name\s*: (.+)", info.read_text())):
        cpu = found[1]
    load = os.getloadavg()[0]
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at the start"


def main() -> None:
    """Write as asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    size = sum(
        p.stat().st_size for p in make_reports(given.folder, given.count, kinds=given.kinds.split(","), seed=given.seed)
    )
    print(f"{given.count} reports, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
