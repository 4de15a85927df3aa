"""Users' reports, on top of our model or instead of it: what ``gxnlp train`` does."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datasets import DatasetDict
from transformers import set_seed

import gxnlp
from gxnlp.errors import AnnotationError, ConfigError
from gxnlp.figures.labels import load_labels
from gxnlp.figures.tagger import Tagger, TaggerSettings
from gxnlp.training import data as sources
from gxnlp.training.calibration import fit_temperature
from gxnlp.training.card import Run, recipe_of, render_card, size_of, write_json
from gxnlp.training.config import FineTuningConfig
from gxnlp.training.device import device_name, half_precision, keep_freed_memory
from gxnlp.training.evaluate import Evaluation, evaluate_narratives
from gxnlp.training.examples import Example, make_example
from gxnlp.training.export import ExportCheck, export_checked
from gxnlp.training.formats.rows import Row
from gxnlp.training.learning import (
    ModuleBackend,
    counts_of,
    in_pieces,
    last_checkpoint,
    make_trainer,
    measure_step,
    save_tagger,
    settings_of,
    write_settings,
)
from gxnlp.training.progress import Clock, Progress, Say, in_words, quiet_transformers
from gxnlp.training.starts import Start, load_start

_CONTINUED, _FRESH = (5e-5, 2e-4), (1e-4, 6e-4)  # rates of encoder and heads
_CHECKPOINTS, _RUN = "checkpoints", "run.json"
_FINISHED = "recipe.json"  # written last


@dataclass(frozen=True, slots=True)
class FineTuned:
    """What a fine-tuning has made.

    Attributes:
        folder: The model, as ``gxnlp extract --model`` and :meth:`gxnlp.figures.tagger.Tagger.load` take it.
        before: What the start was worth on the reports held out; None where its head was fresh.
        after: What the exported model is worth on them.
        check: What int8 costs on them.
        seconds: Seconds of training, over all runs.
    """

    folder: Path
    before: Evaluation | None
    after: Evaluation
    check: ExportCheck
    seconds: float


@quiet_transformers()
def finetune(config: FineTuningConfig, data: DatasetDict | None = None, *, say: Say = print) -> FineTuned:
    """Fine-tune a tagger; a run that was killed goes on from its last checkpoint when it is called again.

    Args:
        config: What to do.
        data: Splits ``train`` and ``held_out`` of the stand-off form, instead of ``config.data``.
        say: Takes a line for people now and then.

    Returns:
        What has been made. ``output`` holds ``model.onnx`` (int8, or float32 where int8 costs too much),
        ``model.safetensors``, ``config.json``, ``vocab.txt``, ``tagger.json``, ``evaluation.json``, ``recipe.json`` and
        the card, ``README.md``.

    Raises:
        AnnotationError: The data is malformed, misaligned, bears a label that the model lacks, or is of one body.
        ConfigError: The output holds something else than checkpoints of a run with the same settings.
        ModelError: The start is no encoder that can read Chinese characters.
    """
    output = config.output
    _check_output(output)
    keep_freed_memory()
    set_seed(config.seed)
    data = data or sources.load_data(
        config.data, held_out=config.held_out, name=config.format, share=config.held_out_share, seed=config.seed
    )
    rows, held_out = (data[side].to_list() for side in (sources.TRAIN, sources.HELD_OUT))
    start = _start(config, rows)
    _check_labels(start, [*rows, *held_out])
    replay = _replay(config, start, rows, held_out)
    own = [make_example(row) for row in rows]
    examples = in_pieces([*own, *map(make_example, replay)])
    _tell(rows, held_out, replay, own, data, say)

    half = half_precision()
    checkpoints = output / _CHECKPOINTS
    resumed = _prepare_checkpoints(checkpoints, config, data)
    settings = settings_of(config, start, examples)
    steps_an_epoch = -(-len(examples) // config.narratives_per_batch)
    save_steps = min(config.evaluate_every, steps_an_epoch)
    if resumed is None:
        _estimate(config, start, examples, held_out, save_steps, half, say)
    before = None
    if start.continued:
        old = Tagger(ModuleBackend(start.model), start.vocabulary, start.settings or settings)
        before = evaluate_narratives(old, held_out)
        say(f"before: F1 {before.scores['label and value'].f1:.3f} on the reports held out")
    clock = Clock(checkpoints / "clock.json")
    rates = _rates(config, start)
    trainer = make_trainer(
        config, start, examples, checkpoints, epochs=config.epochs, rates=rates, save_steps=save_steps, half=half,
        held_out=held_out, settings=settings, patience=config.patience, callbacks=[Progress(say), clock],
    )  # fmt: skip
    trainer.train(resume_from_checkpoint=resumed)
    start.model.float().cpu()
    save_tagger(start, settings, output)
    check = export_checked(output, output, held_out)
    if config.calibrate:
        settings = calibrate(output, held_out, say)
    after = evaluate_narratives(Tagger.load(output), held_out, curve=True)
    made = FineTuned(output, before, after, check, clock.seconds)
    say(f"after: F1 {after.scores['label and value'].f1:.3f} ({in_words(made.seconds)} of training)")

    run = Run(
        config=config, data=data, replay=replay, start=start, examples=examples, rates=rates, half=half,
        settings=settings, before=before, after=after, check=check, seconds=made.seconds,
        epochs=trainer.state.epoch or 0.0, steps=trainer.state.global_step, best_step=trainer.state.best_global_step,
    )  # fmt: skip
    write_json(output / "evaluation.json", after.as_dict())
    (output / "README.md").write_text(render_card(run), "utf-8")
    write_json(output / _FINISHED, recipe_of(run))
    shutil.rmtree(checkpoints)
    return made


def calibrate(folder: Path, rows: Sequence[Row], say: Say = print) -> TaggerSettings:
    """Fit the temperature of an exported tagger on annotated reports and write it to its ``tagger.json``.

    Args:
        folder: The tagger.
        rows: Narratives of the stand-off form that it was not trained on.
        say: Takes a line for people.

    Returns:
        The settings as written.

    Raises:
        ModelError: The folder is no exported tagger's.
    """
    tagger = Tagger.load(folder)
    temperature, plain, fitted = fit_temperature(tagger, rows)
    say(f"temperature {temperature:.2f}: {plain:.3f} to {fitted:.3f} nats a candidate on the reports held out")
    settings = replace(tagger.settings, temperature=round(temperature, 3))
    write_settings(settings, folder)
    return settings


def default_corpus() -> Path | None:
    """Return our own narratives where this is a source checkout, else None."""
    folder = Path(gxnlp.__file__).parent.parent / "annotations" / "narratives"
    return folder if folder.is_dir() else None


def _start(config: FineTuningConfig, rows: Sequence[Row]) -> Start:
    used = {figure["label"] for row in rows for figure in row["figures"]}
    ours = list(load_labels())
    labels = [label for label in ours if label in used] + sorted(used - set(ours)) if config.instead else ours
    texts = [row["text"] for row in rows]
    return load_start(config.start, config, labels=labels, texts=texts, fresh=config.instead)


def _check_labels(start: Start, rows: Sequence[Row]) -> None:
    for row in rows:
        for figure in row["figures"]:
            if figure["label"] not in start.labels:
                near = difflib.get_close_matches(figure["label"], start.labels, n=1)
                hint = f", perhaps {near[0]}" if near else ""
                raise AnnotationError(
                    f"{row['id']}: the model has no label {figure['label']!r} (on {figure['text']!r} at "
                    f"{figure['start']}){hint}; labels of your own need a model instead of ours (--instead)"
                )


def _replay(config: FineTuningConfig, start: Start, rows: Sequence[Row], held_out: Sequence[Row]) -> list[Row]:
    corpus = config.corpus or (default_corpus() if not config.instead else None)
    if corpus is None or not config.replay:
        return []
    known = sources.read_annotated(corpus)[sources.TRAIN].to_list()
    taken = {row["text"] for row in (*rows, *held_out)}
    usable = [r for r in known if r["text"] not in taken and all(f["label"] in start.labels for f in r["figures"])]
    figures = round(config.replay * sum(len(row["figures"]) for row in rows))
    return sources.draw_replay(usable, figures, map(sources.body_of, held_out), config.seed)


def _rates(config: FineTuningConfig, start: Start) -> tuple[float, float]:
    encoder, heads = _CONTINUED if start.continued else _FRESH
    return config.rate or encoder, config.head_rate or heads


def _tell(
    rows: Sequence[Row],
    held_out: Sequence[Row],
    replay: Sequence[Row],
    own: Sequence[Example],
    data: DatasetDict,
    say: Say,
) -> None:
    for size in (size_of("to train on", rows), size_of("held out", held_out)):
        say(f"{size['name']}: {size['reports']} reports of {size['bodies']} bodies, {size['figures']} figures")
    if replay:
        say(f"mixed in: {len(replay)} of our narratives, {sum(len(r['figures']) for r in replay)} figures")
    if nameless := sum(not row["agency"] for row in (*rows, *held_out)):
        say(f"{nameless} reports name no body (agency); each is taken for a body of its own")
    if shared := sources.shared_bodies(data):
        say(f"{len(shared)} bodies are on both sides ({shared[0]} …): scores may flatter")
    counts = counts_of(own)
    if missed := counts["figures_not_offered_by_the_grammar"]:
        first = next(e.id for e in own if e.missed)
        say(
            f"{missed} of {missed + counts['figures']} figures stand on spans that the grammar does not offer, the "
            f"first in {first}: they cannot be learnt, and count as missed where held out"
        )


def _estimate(
    config: FineTuningConfig,
    start: Start,
    examples: Sequence[Example],
    held_out: Sequence[Row],
    save_steps: int,
    half: bool,
    say: Say,
) -> None:
    """Say how long it will take on this device, by a few steps that change nothing."""
    a_step = measure_step(start, config, examples, half=half)
    steps = round(config.epochs * len(examples) / config.narratives_per_batch)
    candidates = sum(len(make_example(row).targets) for row in held_out)
    # Reading costs a third of learning, a candidate held out as much as one learnt.
    an_evaluation = a_step / 3 * candidates / (config.narratives_per_batch * _mean_targets(examples))
    total = steps * a_step + steps // save_steps * an_evaluation
    say(f"about {in_words(total)} at most on {device_name()}: {steps} steps of {a_step:.2f} s, and evaluations")


def _mean_targets(examples: Sequence[Example]) -> float:
    return max(1.0, sum(len(e.targets) for e in examples) / len(examples))


def _check_output(folder: Path) -> None:
    """Raise where a run would write over what is not its own.

    Raises:
        ConfigError: It would.
    """
    if (folder / _FINISHED).exists():
        raise ConfigError(f"{folder}: a model is here already; give another folder")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder}: this is a file; give a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _CHECKPOINTS / _RUN).is_file():
        raise ConfigError(f"{folder}: not an empty folder; give another")


def _prepare_checkpoints(folder: Path, config: FineTuningConfig, data: DatasetDict) -> str | None:
    """Return the checkpoint to go on from, where there is one of the same run.

    Raises:
        ConfigError: The folder holds the checkpoints of another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = json.loads(config.model_dump_json(exclude={"output", "data", "held_out"}))
    run["data_sha256"] = {side: sources.digest(data[side]) for side in data}
    path = folder / _RUN
    known = json.loads(path.read_text("utf-8")) if path.is_file() else None
    if known is not None and known != run:
        other = ", ".join(key for key in run if known.get(key) != run[key])
        raise ConfigError(
            f"{folder.parent}: a run with another {other} was begun here; give the same again to go on with it, or "
            "another folder"
        )
    write_json(path, run)
    return last_checkpoint(folder)
