"""The samples that ship with the project: made by their script to the byte, and read back in full."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gxnlp.forms import form
from gxnlp.forms.rendering import expected
from gxnlp.reading import read
from gxnlp.tables import read_cells

SAMPLES = Path(__file__).parents[1] / "samples"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", SAMPLES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


FILES = _script().files()


def test_every_sample_is_there_and_small() -> None:
    present = {path.name for path in SAMPLES.iterdir() if path.suffix in (".txt", ".md", ".html", ".docx", ".pdf")}
    assert present == FILES.keys()
    assert sum((SAMPLES / name).stat().st_size for name in present) < 1_000_000


@pytest.mark.parametrize("name", [n for n in FILES if not n.endswith((".pdf", ".docx"))])
def test_text_samples_are_what_their_script_makes(name: str) -> None:
    assert FILES[name][1]() == (SAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_samples_read_back_in_full(name: str) -> None:
    report = FILES[name][0]
    reading = read_cells(read(SAMPLES / name))
    assert {c.indicator: c.value for c in reading.cells} == expected(form(report.edition), report.values)
    assert reading.form == report.edition
    assert not reading.warnings
