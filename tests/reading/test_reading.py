from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading import read, read_bytes, read_text
from gxnlp.reading.sniff import text_format

REPORT = "某某县2023年政府信息公开工作年度报告\r\n一、总体情况\r\n公开35条。\r\n"
HTML = f"<html><body><p>{REPORT}</p></body></html>"
SEEDS = sorted((Path(__file__).parents[2].parent / "shared" / "seeds").glob("*.txt"))
Checked = Callable[[Document], Document]


def _category(source: str | bytes | Path, **options: str) -> str:
    with pytest.raises(ReadError) as caught:
        read(source, **options)  # type: ignore[arg-type]
    assert "Traceback" not in str(caught.value)
    return caught.value.category


def test_path_bytes_and_string_give_the_same_text(tmp_path: Path, checked: Checked) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(REPORT.encode("gbk"))
    documents = [
        checked(d) for d in (read(path), read(str(path)), read(REPORT.encode("gbk")), read(REPORT), read_text(REPORT))
    ]
    assert {d.text for d in documents} == {REPORT}
    assert [d.source.path for d in documents] == [str(path), str(path), None, None, None]
    assert [d.source.encoding for d in documents] == ["gb18030"] * 3 + [None] * 2
    assert documents[0].source.sha256 == documents[2].source.sha256


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPORT.encode())))
    document = read("-")
    assert (document.source.path, document.text) == ("-", REPORT)


def test_line_breaks_stay_and_offsets_hold(checked: Checked) -> None:
    document = checked(read(REPORT))
    assert [document.text[b.start : b.end] for b in document.blocks] == REPORT.split("\r\n")[:-1]


@pytest.mark.parametrize(("name", "expected"), [("a.txt", "html"), ("a.html", "html"), ("a.pdf", "html")])
def test_content_decides_over_the_name(tmp_path: Path, name: str, expected: str) -> None:
    path = tmp_path / name
    path.write_text(HTML, encoding="utf-8")
    assert read(path).source.format == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (REPORT, "a.txt", "txt"),
        (REPORT, "a.md", "markdown"),
        ("# 报告\n\n## 一、总体情况\n", "<text>", "markdown"),
        ("|项目|件数|\n|--|--|\n|公开|3|", "a.txt", "markdown"),
        ("一、总体情况\n<table><tr><td>1</td></tr></table>", "<text>", "markdown"),
        ("总数 < 3 且 > 1", "a.txt", "txt"),
        ("项目 |\n3 |\n--- \n", "a.txt", "txt"),
        ("前言<br>一、总体情况<br>公开<p>二、</p>", "a.txt", "html"),
        ("<?xml version='1.0'?><html><body>一</body></html>", "a.txt", "html"),
    ],
)
def test_text_formats(text: str, name: str, expected: str) -> None:
    assert text_format(text, name) == expected


def _zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        ("\ufeff\n".encode(), "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "scanned"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "scanned"),
        (b"GIF89a" + bytes(40), "scanned"),
        (b"BM" + bytes(60), "scanned"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"{\\rtf1\\ansi }", "unsupported"),
        (b"Rar!\x1a\x07", "unsupported"),
        (_zip("OFD.xml"), "unsupported"),
        (_zip("xl/workbook.xml", "[Content_Types].xml"), "unsupported"),
        (_zip("a.txt"), "unsupported"),
        (_zip("[Content_Types].xml"), "corrupt"),
        (_zip("word/document.xml")[:40], "corrupt"),
        (b"<html><head><title>x</title></head><body><script>var a = 1;</script></body></html>", "no_text"),
        (b"<!DOCTYPE html>", "no_text"),
        (b"- 4 -\n", "no_text"),
    ],
)
def test_bad_input(data: bytes, category: str, tmp_path: Path) -> None:
    assert _category(data) == category
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    assert _category(path) == category


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert _category(tmp_path / "none.txt") == "not_found"
    assert _category(str(tmp_path / "none.txt")) == "not_found"
    assert _category(tmp_path) == "not_found"
    assert _category("a\0b") == "not_found"
    with pytest.raises(ReadError, match="read_text"):
        read("一、总体情况")


def test_unknown_format_and_binary_string() -> None:
    assert _category(REPORT, format="odt") == "unsupported"
    assert _category(REPORT, format="pdf") == "unsupported"


def test_a_text_that_is_no_report_is_told_of() -> None:
    assert [notice.code for notice in read_text("今天天气很好。").notices] == ["not_a_report"]
    assert read_text("政 府 信 息 公 开\n公开三条。").notices == ()


def test_name_stands_in_errors_and_record() -> None:
    assert read_bytes(REPORT.encode(), name="inbox/3.txt").source.path == "inbox/3.txt"
    with pytest.raises(ReadError, match=r"inbox/3\.txt: it is empty"):
        read_bytes(b"", name="inbox/3.txt")


def test_import_loads_no_reader_library() -> None:
    heavy = {"lxml", "docx", "pdfplumber", "spacy", "torch", "opencc"}
    code = f"import sys, gxnlp.reading; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not SEEDS, reason="the shared seed reports are not beside this checkout")
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_seed_reports_have_their_parts(path: Path, checked: Checked) -> None:
    document = checked(read(path))
    kinds = [section.kind for section in document.sections]
    assert kinds[:2] == ["preamble", "overview"]
    assert "problems" in kinds
    assert document.tables
    assert ({"disclosure", "requests", "reviews", "other"} <= set(kinds)) or "statistics" in kinds
