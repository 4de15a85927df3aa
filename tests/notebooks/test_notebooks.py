from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs the dev extra")
nbclient = pytest.importorskip("nbclient", reason="needs the dev extra")
pytest.importorskip("ipykernel", reason="needs the dev extra")
pytest.importorskip("datasets", reason="needs the train extra")

NOTEBOOKS = sorted(Path("notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.setenv("NOTEBOOK_EPOCHS", "1")
    monkeypatch.setenv("NOTEBOOK_REPLAY", "0")
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output["text"] for output in outputs if output.get("name") == "stdout")
    assert "before: F1" in printed
    assert "# universities: a tagger of narrative figures" in printed


def test_its_reports_are_annotated_as_the_guideline_asks():
    from gxnlp.training.corpus import overlaps, problems
    from gxnlp.training.inline import parse_file

    narratives = list(parse_file("notebooks/data/universities.txt"))
    assert len({narrative.agency for narrative in narratives}) == 10
    assert [problem for narrative in narratives for problem in problems(narrative)] == []
    assert max(overlaps(narratives).values()) < 0.3
