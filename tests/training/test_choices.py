"""The table of choices: a run for each choice and fold, none twice."""

import importlib.util
import json
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from tiny import narratives, write_encoder, write_rows

SCRIPT = Path(__file__).parents[2] / "training" / "choices.py"


@pytest.fixture
def choices(monkeypatch):
    specification = importlib.util.spec_from_file_location("choices", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "choices", module)
    specification.loader.exec_module(module)
    return module


def test_every_choice_is_run_on_every_fold_and_none_twice(choices, tmp_path, capsys, monkeypatch):
    (tmp_path / "start").mkdir()
    start = write_encoder(tmp_path / "start")
    data = write_rows(tmp_path / "corpus.jsonl", narratives())
    table = f"""[base]
start = {json.dumps(str(start))}
epochs = 1
[choices]
"as the base" = {{}}
"without augmentation" = {{ augment = false }}
"""
    (tmp_path / "choices.toml").write_text(table, "utf-8")
    runs = tmp_path / "runs"
    command = f"{tmp_path}/choices.toml --data {data} --output {runs} --folds 0 1".split()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        choices.main(command)
    first = capsys.readouterr().out
    assert [line.split("  ")[0] for line in first.splitlines()[-2:]] == ["as the base", "without augmentation"]
    done = sorted(runs.rglob("result.json"))
    assert len(done) == 4
    results = [json.loads(path.read_text("utf-8")) for path in done]
    held_out = [r["label and value"]["gold"] for r in results]
    assert held_out[:2] == held_out[2:] == [n for n in held_out[:2] if n > 0]
    assert not list(runs.rglob("*.safetensors"))
    monkeypatch.setattr(choices, "train", lambda config: pytest.fail("trained again"))
    choices.main(command)
    assert capsys.readouterr().out == "\n".join(first.splitlines()[-3:]) + "\n"


def test_f1_adds_up_over_folds(choices):
    counts = [{"span": {"right": 3, "predicted": 4, "gold": 4}}, {"span": {"right": 0, "predicted": 0, "gold": 2}}]
    assert choices.f1(counts, "span") == pytest.approx(6 / 10)
    assert choices.f1([], "span") == 0.0
