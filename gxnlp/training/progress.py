"""How far a training is, how long it still takes, and how long it has taken, kills included."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm
from transformers import TrainerCallback
from transformers.utils import logging as transformers_logging

_MEASURED = 5  # steps after which what remains is told

Say = Callable[[str], None]


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from telling what does not concern the user; works as a decorator, too."""
    level, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if bars:
            transformers_logging.enable_progress_bar()


def in_words(seconds: float) -> str:
    """Return a duration for people.

    >>> in_words(42), in_words(700), in_words(9000)
    ('42 s', '12 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Progress(TrainerCallback):
    """Shows a bar on a terminal, and says the F1 of every evaluation.

    Args:
        say: Takes a line for people.
        evaluation: Seconds that an evaluation takes, as far as known; measured anew at each.
    """

    def __init__(self, say: Say, evaluation: float = 0.0) -> None:
        self._say, self._evaluation = say, evaluation
        self._bar: tqdm[Any] | None = None
        self._began = self._step_ended = 0.0
        self._first_step = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin the bar where the run stands."""
        self._bar = tqdm(
            total=state.max_steps, initial=state.global_step, unit="step", desc="train", file=sys.stderr,
            disable=not sys.stderr.isatty(), leave=False,
        )  # fmt: skip
        self._began, self._first_step = time.monotonic(), state.global_step
        if state.global_step:
            self._say(f"going on from step {state.global_step} of {state.max_steps}")

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the bar; after the first steps, say what remains."""
        self._step_ended = time.monotonic()
        if self._bar is not None:
            self._bar.update()
        done = state.global_step - self._first_step
        if done == _MEASURED and state.max_steps > state.global_step:
            a_step = (self._step_ended - self._began) / done
            evaluations = (state.max_steps - state.global_step) // args.eval_steps if args.eval_steps else 0
            remains = a_step * (state.max_steps - state.global_step) + self._evaluation * evaluations
            self._say(f"{in_words(remains)} remain at most, at {a_step:.2f} s a step as measured on the first {done}")

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any) -> None:
        """Say what the evaluation gave."""
        self._evaluation = time.monotonic() - self._step_ended
        f1 = metrics["eval_f1"]
        if self._bar is not None:
            self._bar.set_postfix(F1=f"{f1:.3f}")
        self._say(f"epoch {state.epoch or 0:.1f}: F1 {f1:.3f} on the reports held out")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()


class Clock(TrainerCallback):
    """Adds up the seconds of training over all runs of it; what a kill took since the last checkpoint is not counted.

    Args:
        path: Where it keeps count.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = json.loads(path.read_text("utf-8")) if path.is_file() else 0.0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return float(self._before + time.monotonic() - self._began)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Keep count with every checkpoint."""
        self._path.write_text(json.dumps(round(self.seconds, 1)), "utf-8")
