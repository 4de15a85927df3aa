"""A batch of which one file in twenty is broken, each way of breaking with the category that it must be listed under.

    python benchmarks/broken.py [--reports 2000] [--workers 2] [--seed 0] [--folder DIR]

Exits with 1 where a whole report is not extracted, or a broken one is extracted or listed under another category.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from reports import hardware, make_reports, samples

from gxnlp.batch import ExtractorSettings, Limits, run

LIMITS = Limits(max_bytes=100 * 2**20, max_pages=40, seconds=20, memory=400 * 2**20)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _pdf(draw: Callable[[object], None], *, pages: int = 1, password: str = "") -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(password, strength=128) if password else None)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _picture(canvas: object) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("L", (200, 280), 180)), 20, 20, 500, 700)  # type: ignore[attr-defined]


def _words(canvas: object) -> None:
    canvas.drawString(80, 700, "Annual report 2023")  # type: ignore[attr-defined]


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _docx(body: bytes) -> bytes:
    return _zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": body})


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def ways() -> dict[str, tuple[str, str, bytes | Callable[[Path], None]]]:
    """Return every way of breaking: its suffix, its category, and the file's bytes or what makes it."""
    whole = samples().files()
    pdf, docx = whole["2019-bureau.pdf"][1](), whole["2019-bureau.docx"][1]()
    entity = b'<!DOCTYPE d [<!ENTITY a "x">]><d>&a;</d>'
    pageless = pdf.replace(b"/Kids", b"/Kads").replace(b"/Type /Page", b"/Type /Pagx")
    dice = random.Random(1)
    return {
        "empty": (".txt", "empty", b""),
        "blanks only": (".html", "empty", b" \r\n\t " * 40),
        "not there": (".txt", "not_found", lambda path: None),
        "a link to nowhere": (".pdf", "not_found", lambda path: path.symlink_to("nowhere.pdf")),
        "a folder": (".txt", "not_found", lambda path: path.mkdir()),
        "a PDF cut off": (".pdf", "truncated", pdf[: len(pdf) // 2]),
        "a PDF without pages": (".pdf", "corrupt", pageless),
        "a PDF with a password": (".pdf", "encrypted", _pdf(_words, password="secret")),  # noqa: S106
        "a scanned PDF": (".pdf", "scanned", _pdf(_picture)),
        "a PDF without text": (".pdf", "no_text", _pdf(lambda canvas: None)),
        "a PDF of too many pages": (".pdf", "too_many_pages", _pdf(_words, pages=41)),
        "a DOCX cut off": (".docx", "corrupt", docx[: len(docx) // 2]),
        "a DOCX of broken XML": (".docx", "corrupt", _docx(b"<w:document><w:body>")),
        "a DOCX with entities": (".docx", "corrupt", _docx(entity)),
        "a DOCX that unpacks to gigabytes": (".docx", "too_large", _docx(b" " * (65 * 2**20))),
        "a DOCX with a password": (".docx", "encrypted", _OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600)),
        "an old Word file": (".doc", "unsupported", _OLE + bytes(600)),
        "an RTF file": (".rtf", "unsupported", rb"{\rtf1\ansi report}"),
        "an OFD file": (".ofd", "unsupported", _zip(**{"OFD.xml": b"<ofd/>"})),
        "a workbook": (".docx", "unsupported", _zip(**{"[Content_Types].xml": b"<T/>", "xl/workbook.xml": b"<w/>"})),
        "a ZIP archive": (".docx", "unsupported", _zip(**{"report.txt": b"report"})),
        "a picture": (".pdf", "scanned", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        "random bytes": (".txt", "binary", dice.randbytes(4000)),
        "bytes of no encoding": (".txt", "encoding", bytes(dice.randrange(0xA1, 0xFF) for _ in range(3001))),
        "a page without text": (".html", "no_text", b"<html><head><title>x</title></head><body></body></html>"),
        "larger than allowed": (".txt", "too_large", lambda path: _sparse(path, LIMITS.max_bytes + 1)),
        "more memory than allowed": (".txt", "out_of_memory", "政府信息公开。".encode() * (4 * 2**20)),
        "never at its end": (".txt", "timeout", _fifo),
    }


def main() -> None:
    """Break, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(hardware())
    dice = random.Random(given.seed)
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        folder = Path(scratch)
        paths = list(make_reports(folder / "reports", given.reports, seed=given.seed))
        chosen = dice.sample(range(len(paths)), len(paths) // 20)
        known = ways()
        expected: dict[Path, tuple[str, str]] = {}
        for number, place in enumerate(chosen):
            way = list(known)[number % len(known)]
            suffix, category, content = known[way]
            paths[place].unlink()
            paths[place] = paths[place].with_suffix(suffix)
            if callable(content):
                content(paths[place])
            else:
                paths[place].write_bytes(content)
            expected[paths[place]] = way, category
        # A manifest, as a folder would not name what is not there.
        manifest = folder / "list.csv"
        manifest.write_text("".join(["path\n", *(f"{path}\n" for path in paths)]), "utf-8")
        out, errors = folder / "out.jsonl", folder / "errors.csv"
        summary = run(manifest, out, settings=ExtractorSettings(limits=LIMITS), workers=given.workers, errors=errors)
        with errors.open(encoding="utf-8", newline="") as file:
            found = {Path(row["path"]): (row["category"], row["cause"]) for row in csv.DictReader(file)}
    print(summary)
    wrong = Counter[str]()
    for way, (_, category, _) in known.items():
        own = [path for path, (name, _) in expected.items() if name == way]
        got = Counter(found.pop(path, ("a record", ""))[0] for path in own)
        wrong[way] = sum(count for name, count in got.items() if name != category)
        print(f"{'  ' if not wrong[way] else '! '}{way:34}{category:16}{dict(got)}")
    for path, (category, cause) in found.items():
        print(f"! a whole report failed: {path.name}: {category}: {cause}")
    right = len(expected) - wrong.total()
    print(
        f"{summary.records} of {len(paths) - len(expected)} whole reports extracted, "
        f"{right} of {len(expected)} broken ones under their category, {len(known)} ways"
    )
    sys.exit(bool(wrong.total() or found))


if __name__ == "__main__":
    main()
