"""The table of choices: a run for each choice and fold, none twice."""

import json
import warnings
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from tiny import narratives, write_encoder, write_rows

RECIPES = Path(__file__).parents[2] / "training"


@pytest.fixture
def choices(monkeypatch):
    monkeypatch.syspath_prepend(RECIPES)
    import choices

    return choices


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
"BIO tagging" = {{ bio = true }}
"""
    (tmp_path / "choices.toml").write_text(table, "utf-8")
    runs = tmp_path / "runs"
    command = f"{tmp_path}/choices.toml --data {data} --output {runs} --folds 0 1".split()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        choices.main(command)
    first = capsys.readouterr().out
    assert [line.split("  ")[0] for line in first.splitlines()[-3:]] == [
        "as the base",
        "without augmentation",
        "BIO tagging",
    ]
    done = sorted(runs.rglob("result.json"))
    assert len(done) == 6
    results = [json.loads(path.read_text("utf-8")) for path in done]
    held_out = [r["label and value"]["gold"] for r in results]
    assert held_out[:2] == held_out[2:4] == held_out[4:] == [n for n in held_out[:2] if n > 0]
    assert not list(runs.rglob("*.safetensors"))
    monkeypatch.setattr(choices, "train", lambda config: pytest.fail("trained again"))
    monkeypatch.setattr(choices, "train_bio", lambda config: pytest.fail("trained again"))
    choices.main(command)
    assert capsys.readouterr().out == "\n".join(first.splitlines()[-4:]) + "\n"


def test_f1_adds_up_over_folds(choices):
    counts = [{"span": {"right": 3, "predicted": 4, "gold": 4}}, {"span": {"right": 0, "predicted": 0, "gold": 2}}]
    assert choices.f1(counts, "span") == pytest.approx(6 / 10)
    assert choices.f1([], "span") == 0.0


def test_a_part_of_the_narratives_of_files_that_bear_one_name(choices, tmp_path):
    rows = narratives()
    data = []
    for name, part in (("a", rows[:6]), ("b", rows[6:])):
        (tmp_path / name).mkdir()
        data.append(write_rows(tmp_path / name / "corpus.jsonl", part))
    thinned = choices.thin(data, 5, tmp_path / "thin")
    kept = [[json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in thinned]
    assert kept == [rows[:6:5], rows[6::5]]
