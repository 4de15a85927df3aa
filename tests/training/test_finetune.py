import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("datasets", reason="needs the train extra")

from tiny import narratives, write_foreign, write_rows, write_tagger

import gxnlp
from gxnlp.errors import AnnotationError, ConfigError, ModelError
from gxnlp.figures.tagger import Tagger
from gxnlp.training import finetune as module
from gxnlp.training.config import FineTuningConfig, LearningConfig, make_config
from gxnlp.training.examples import make_example
from gxnlp.training.export import ExportCheck, export_checked
from gxnlp.training.finetune import finetune
from gxnlp.training.learning import in_pieces, last_checkpoint, make_trainer, settings_of
from gxnlp.training.scoring import Score
from gxnlp.training.starts import load_start


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_rows(tmp_path_factory.mktemp("data") / "reports.jsonl", narratives())


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    return write_tagger(tmp_path_factory.mktemp("tagger"))


def settings(data, output, **more):
    return make_config(FineTuningConfig, {"data": [data], "output": output, "replay": 0, "epochs": 2, **more})


@pytest.fixture(scope="module")
def made(data, tagger, tmp_path_factory):
    lines = []
    output = tmp_path_factory.mktemp("run") / "model"
    corpus = write_rows(output.parent / "ours.jsonl", narratives(6)[12:])
    config = settings(data, output, start=str(tagger), corpus=corpus, replay=0.5)
    return finetune(config, say=lines.append), lines


def test_the_folder_made_works_wherever_a_tagger_is_taken(made):
    folder = made[0].folder
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "README.md", "config.json", "evaluation.json", "model.onnx", "model.safetensors", "recipe.json", "tagger.json",
        "vocab.txt",
    }  # fmt: skip
    record = gxnlp.extract("samples/2021-district.txt", tagger=Tagger.load(folder))
    assert record.cells


def test_people_are_told_what_happens_and_how_long_it_takes(made):
    told = "\n".join(made[1])
    for pattern in (
        r"to train on: \d+ reports of \d+ bodies, \d+ figures", r"held out: \d+ reports", r"mixed in: \d+ of our narr",
        r"about \d+ s at most on .+: \d+ steps of [\d.]+ s", r"before: F1 0\.\d{3}", r"epoch 1\.0: F1 0\.\d{3}",
        r"\d+ s remain at most, at [\d.]+ s a step as measured on the first 5", r"temperature \d+\.\d+: ", r"after: F1",
    ):  # fmt: skip
        assert re.search(pattern, told), pattern


def test_the_card_says_what_was_measured(made):
    folder = made[0].folder
    card = (folder / "README.md").read_text("utf-8")
    measured = json.loads((folder / "evaluation.json").read_text("utf-8"))
    recipe = json.loads((folder / "recipe.json").read_text("utf-8"))
    score = measured["scores"]["label and value"]
    row = next(line for line in card.splitlines() if line.startswith("| label and value |")).split(" | ")
    wanted = [recipe["f1"]["before"], score["f1"], score["precision"], score["recall"]]
    assert [float(cell) for cell in row[1:5]] == pytest.approx(wanted, abs=6e-4)
    assert row[5] == f"{score['right']} / {score['predicted']} / {score['gold']} |"
    assert f"| trained on | {recipe['narratives']['train']} |" in card
    assert f"| held out | {recipe['narratives']['held_out']} |" in card
    error = float(re.search(r"expected calibration error is ([\d.]+),", card)[1])
    assert error == pytest.approx(measured["calibration"]["error"], abs=6e-4)
    for label, by_label in measured["by_label"].items():
        line = next(line for line in card.splitlines() if line.startswith(f"| {label} |"))
        assert float(line.split(" | ")[1]) == pytest.approx(by_label["f1"], abs=6e-4)
    assert f"{recipe['steps']} steps, " in card
    assert f"seed {recipe['config']['seed']}" in card
    assert "No body stands on both sides." in card
    assert "\n\n\n" not in card


def test_the_recipe_says_what_it_was_made_from(made, tagger):
    recipe = json.loads((made[0].folder / "recipe.json").read_text("utf-8"))
    assert all(len(recipe[key]) == 64 for key in ("start_sha256", "replay_sha256"))
    assert set(recipe["data_sha256"]) == {"train", "held_out"}
    assert recipe["config"]["start"] == str(tagger)
    assert recipe["narratives"]["replay"] > 0
    assert recipe["figures_not_offered_by_the_grammar"] == 0
    assert set(recipe["versions"]) == {"torch", "transformers", "gxnlp", "python"}
    assert recipe["best_step"] <= recipe["steps"]


def test_a_finished_folder_is_not_written_over(made, data):
    with pytest.raises(ConfigError, match="a model is here already"):
        finetune(settings(data, made[0].folder))
    with pytest.raises(ConfigError, match="not an empty folder"):
        finetune(settings(data, data.parent))
    with pytest.raises(ConfigError, match="this is a file"):
        finetune(settings(data, data))


def test_any_encoder_and_labels_of_ones_own(data, tmp_path):
    rows = narratives()
    for row in rows:
        for figure in row["figures"]:
            figure["label"] = {"items_total": "所有信息"}.get(figure["label"], figure["label"])
    own = write_rows(tmp_path / "own.jsonl", rows)
    start = write_foreign(tmp_path / "electra", "electra")
    made = finetune(settings(own, tmp_path / "m", start=str(start), instead=True, epochs=1), say=lambda _: None)
    tagger = Tagger.load(made.folder)
    assert tagger.settings.labels[-1] == "所有信息"
    assert len(tagger.settings.labels) == 7
    assert gxnlp.extract("samples/2019-bureau.txt", tagger=tagger).indicators
    assert ("lawsuits", "reviews") in tagger.settings.together
    assert made.before is None
    assert "a fresh head on the encoder of" in (made.folder / "README.md").read_text("utf-8")
    with pytest.raises(AnnotationError, match=r"n0: the model has no label '所有信息' .*--instead"):
        finetune(settings(own, tmp_path / "other"))


def test_training_learns_stops_early_and_keeps_the_best(tagger, tmp_path):
    """On the very narratives it is scored by, a network without dropout must come to know them."""
    learning = LearningConfig(dropout=0, head_dropout=0, augment=False, seed=2)
    rows = narratives()
    start = load_start(str(tagger), learning, labels=[])
    examples = in_pieces([make_example(row) for row in rows])
    trainer = make_trainer(
        learning, start, examples, tmp_path, epochs=400, rates=(3e-3, 3e-3), save_steps=3, half=False, held_out=rows,
        settings=settings_of(learning, start, examples), patience=3,
    )  # fmt: skip
    trainer.train()
    scores = [row["eval_f1"] for row in trainer.state.log_history if "eval_f1" in row]
    assert trainer.state.global_step < 1200
    assert max(scores) > 0.7 > scores[0]
    assert max(scores) == scores[-4] >= max(scores[-3:])
    assert trainer.evaluate()["eval_f1"] == max(scores)


def test_a_killed_training_goes_on(data, tagger, tmp_path):
    output = tmp_path / "model"
    command = [
        sys.executable, "-c", "from gxnlp.cli import app; app()", "train", str(data), "-o", str(output), "--start",
        str(tagger), "--replay", "0", "--epochs", "30", "--patience", "99",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not last_step(output):
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    (output / "checkpoints" / "checkpoint-9999").mkdir()  # as a kill in the middle of saving leaves it
    reached = last_step(output)
    assert not (output / "recipe.json").exists()
    changed = subprocess.run([*command, "--seed", "5"], capture_output=True, text=True, check=False)
    assert changed.returncode == 1
    assert "a run with another seed, data_sha256 was begun here" in changed.stderr
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip() == str(output)
    step = int(re.search(r"going on from step (\d+) of 90", again.stderr)[1])
    assert step >= reached > 0
    assert json.loads((output / "recipe.json").read_text("utf-8"))["steps"] == 90
    assert not (output / "checkpoints").exists()


def last_step(output):
    found = [p for p in output.glob("checkpoints/checkpoint-*") if (p / "trainer_state.json").is_file()]
    return max((int(p.name.rpartition("-")[2]) for p in found), default=0)


def test_a_half_written_checkpoint_is_no_checkpoint(tmp_path):
    for name, content in (("checkpoint-9", "{}"), ("checkpoint-10", '{"a'), ("checkpoint-11", None)):
        (tmp_path / name).mkdir()
        if content:
            (tmp_path / name / "trainer_state.json").write_text(content, "utf-8")
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-9")
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint-9"]


def test_long_reports_are_learnt_in_pieces_without_losing_a_candidate():
    example = make_example({"text": "公开12条，" * 50, "figures": []})
    pieces = in_pieces([example], size=16)
    assert [len(p.targets) for p in pieces] == [16, 16, 16, 2]
    assert tuple(t for p in pieces for t in p.targets) == example.targets
    assert len(in_pieces([make_example({"text": "没有数字。", "figures": []})])) == 1


def test_int8_that_loses_too_much_is_refused_and_float32_kept(tagger, tmp_path, monkeypatch):
    from gxnlp.training import export

    rows = narratives()
    check = export_checked(tagger, tmp_path / "good", rows)
    assert check.passed == (check.loss <= check.allowed)
    big = (tagger / "model.onnx").stat().st_size

    scores = iter([Score(95, 100, 100), Score(90, 100, 100)])
    monkeypatch.setattr(
        export, "evaluate_narratives", lambda *_: type("E", (), {"scores": {"label and value": next(scores)}})
    )
    check = export_checked(tagger, tmp_path / "bad", rows)
    assert not check.passed
    assert (tmp_path / "bad" / "model.onnx").stat().st_size == big
    with pytest.raises(ModelError, match=r"int8 loses 5\.0 points of F1 \(0\.950 to 0\.900; 1\.0 are allowed\)"):
        check.require(tmp_path / "bad")
    assert Tagger.load(tmp_path / "bad").tag("公开12条") is not None


def test_the_export_command_is_gated(tagger, data, tmp_path, monkeypatch, capsys):
    from gxnlp.training import export

    assert export.main([str(tagger), str(tmp_path / "a"), "--held-out", str(data)]) == 0
    assert "int8" in capsys.readouterr().out
    lossy = ExportCheck(Score(95, 100, 100), Score(90, 100, 100), 0.01)
    monkeypatch.setattr(export, "export_checked", lambda *_: lossy)
    assert export.main([str(tagger), str(tmp_path / "b"), "--held-out", str(data)]) == 1
    assert "int8 loses 5.0 points" in capsys.readouterr().err


def test_one_figure_more_or_less_is_no_loss_of_a_few():
    assert ExportCheck(Score(10, 10, 10), Score(9, 10, 10), 0.1).passed
    assert not ExportCheck(Score(1000, 1000, 1000), Score(996, 1000, 1000), 0.003).passed


def test_settings_are_checked(tmp_path):
    given = {"data": [], "output": tmp_path}
    with pytest.raises(ConfigError, match=r"my\.json: no setting 'epoch', perhaps epochs"):
        make_config(FineTuningConfig, {**given, "epoch": 3}, "my.json")
    with pytest.raises(ConfigError, match=r"settings: epochs: .* greater than 0 .*given: -1"):
        make_config(FineTuningConfig, {**given, "epochs": -1})
    with pytest.raises(ConfigError, match="settings: output: Field required"):
        make_config(FineTuningConfig, {"data": []})


def test_our_own_narratives_are_mixed_in_by_default_but_not_instead(tmp_path, data, tagger):
    folder = module.default_corpus()
    assert folder is None or folder.name == "narratives"
    config = settings(data, tmp_path, start=str(tagger), instead=True, replay=1.0)
    start = load_start(str(tagger), config, labels=["items_total"], fresh=True)
    assert module._replay(config, start, narratives(), []) == []
