"""How fast the tagger reads, and how many times faster than a bert-base-sized token classifier over the whole text.

    python benchmarks/tagger.py [FOLDER_OF_REPORTS ...] [--model FOLDER] [--cores 2] [--rounds 5] [--alone]

Reads `samples/*.txt`, and any folders of text reports named. Four things are timed on every report, in turn, so that
what else the machine does falls on all alike:

- by default: the prose that the table reader leaves, read where there are numerals or denials;
- without the sentence filter: all of that prose goes through the network, each character at least once;
- regular expressions: `training/baseline_rules.py`, the best that an afternoon bought, over the same candidates;
- the pipeline: transformers' `pipeline("token-classification")` over the whole text, in chunks of 512 tokens, on a BERT
  of 12 layers of 768 with random weights in fp32, as many threads as there are cores.

Beside wall time stands processor time, which a busy machine distorts less. `--alone` leaves the pipeline out. Checked
first: the tagger finds figures, and without the filter no character is left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gxnlp.document import Block, Document
from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.tagger import Tagger, blank_all_but, default_model_path
from gxnlp.figures.windows import make_windows
from gxnlp.reading import read
from gxnlp.report.build import prose_of
from gxnlp.tables import read_cells
from gxnlp.view import View

SAMPLES = Path(__file__).parent.parent / "samples"
OVERLAP = 64
"""Tokens that two chunks of the pipeline share: less would favour it, and lose figures at the edges of its chunks."""


@dataclass
class Timing:
    """Seconds spent on all reports, summed over rounds.

    Attributes:
        wall: By the clock.
        processor: On all cores together.
    """

    wall: float = 0.0
    processor: float = 0.0

    def measure(self, work: Callable[[], object]) -> None:
        """Run and count one call."""
        wall, processor = time.perf_counter(), time.process_time()
        work()
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor


@dataclass
class Report:
    """A report as the tagger gets it: the document, its prose blocks, and the windows that the filter spares."""

    document: Document
    prose: list[Block]
    spared: list[list[int]]

    @property
    def characters_of_prose(self) -> int:
        """How many characters of prose the report has, blanks not counted."""
        text = self.document.text
        return sum(not char.isspace() for block in self.prose for char in text[block.start : block.end])


def prepare(path: Path, tagger: Tagger) -> Report:
    """Read a report and cut what the tagger does not read by default into windows of the longest size."""
    document = read(path)
    prose = prose_of(document, read_cells(document).consumed)
    text = blank_all_but(document.text, prose)
    view, shape = View(text), tagger.settings.shape
    spans = [(view.view_offset(c.start), view.view_offset(c.end - 1) + 1) for c in find_candidates(text)]
    seen = np.zeros(len(view.text), dtype=bool)
    for window in make_windows(view.text, spans, tagger.vocabulary, shape):
        seen[window.start : window.start + len(window.ids) - (window.shift + window.start) - 1] = True
    spared, position = [], 0
    while position < len(seen):
        if seen[position]:
            position += 1
            continue
        end = position
        while end < min(len(seen), position + shape.limit) and not seen[end]:
            end += 1
        seen[position:end] = True
        ids = tagger.vocabulary.encode(view.text[position:end])
        spared.append([tagger.vocabulary.start, *ids, tagger.vocabulary.separator])
        position = end
    assert seen.all(), f"{path}: a character is left out"
    assert tagger.tag_document(document, prose), f"{path}: no figure found"
    return Report(document, prose, spared)


def read_spared(tagger: Tagger, windows: list[list[int]], cores: int) -> None:
    """Read the windows without candidates, side by side as the tagger reads its own."""

    def run(ids: list[int]) -> None:
        row = np.array([ids], dtype=np.int64)
        place = np.ones(1, dtype=np.int64)
        tagger.backend.run(
            {"input_ids": row, "attention_mask": np.ones_like(row), "rows": place * 0, "starts": place, "ends": place}
        )

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(run, windows))


def make_pipeline(vocabulary: Path, cores: int) -> Any:
    """Return a token classification pipeline of the size of bert-base, with our characters for tokens."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline

    torch.set_num_threads(cores)
    torch.manual_seed(0)
    # A number is one (unknown) token here: fewer tokens than characters, as in the vocabulary of bert-base-chinese.
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=BertWordPieceTokenizer(str(vocabulary), lowercase=False)._tokenizer,
        model_max_length=512,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    )
    model = BertForTokenClassification(BertConfig(vocab_size=21128, num_labels=79)).eval()
    with torch.no_grad():
        model.classifier.bias[0] += 100  # all of it outside, so that joining tokens to entities costs next to nothing
    labels = {0: "O", **{i: f"{'BI'[i % 2]}-{i // 2}" for i in range(1, 79)}}
    model.config.id2label = labels
    return pipeline(
        "token-classification", model=model, tokenizer=tokenizer, stride=OVERLAP, aggregation_strategy="simple",
        ignore_labels=["O"], device="cpu",
    )  # fmt: skip


def make_rules() -> Any:
    """Return the baseline of regular expressions behind the tagger's interface."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "training"))
    from baseline_rules import RuleReader
    from baselines import BaselineTagger

    return BaselineTagger(RuleReader())


def processor() -> str:
    """Return the name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", help="further folders of text reports")
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="calls of the tagger to one of the pipeline")
    parser.add_argument("--alone", action="store_true", help="without what needs torch: the pipeline and the rules")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    model = options.model or default_model_path()
    tagger = Tagger.load(model, threads=options.cores)
    paths = [path for folder in (SAMPLES, *options.folders) for path in sorted(folder.glob("*.txt"))]
    reports = [prepare(path, tagger) for path in paths]
    whole = sum(len(r.document.text) for r in reports)
    prose = sum(r.characters_of_prose for r in reports)
    print(f"{processor()}, {options.cores} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{len(reports)} reports, {whole} characters, {prose} of them prose; {options.rounds} rounds")

    pipeline = None if options.alone else make_pipeline(model / "vocab.txt", options.cores)
    rules = None if options.alone else make_rules()
    if pipeline:
        pipeline(reports[0].document.text[:1000])
    default, unfiltered, tables, reference, expressions = Timing(), Timing(), Timing(), Timing(), Timing()
    for report in reports:
        for number in range(options.rounds):
            default.measure(lambda r=report: tagger.tag_document(r.document, r.prose))
            unfiltered.measure(
                lambda r=report: (
                    tagger.tag_document(r.document, r.prose),
                    read_spared(tagger, r.spared, options.cores),
                )
            )
            tables.measure(lambda r=report: prose_of(r.document, read_cells(r.document).consumed))
            if rules:
                expressions.measure(lambda r=report: rules.tag_document(r.document, r.prose))
            if pipeline and number == options.rounds // 2:
                reference.measure(lambda r=report: pipeline(r.document.text))

    def rates(characters: int, timing: Timing, rounds: int) -> tuple[float, float]:
        return characters * rounds / timing.wall, characters * rounds * options.cores / timing.processor

    lines = [
        ("by default, of the report", rates(whole, default, options.rounds)),
        ("by default, of prose", rates(prose, default, options.rounds)),
        ("without the filter, of prose", rates(prose, unfiltered, options.rounds)),
    ]
    if rules:
        lines.append(("regular expressions, of prose", rates(prose, expressions, options.rounds)))
    if pipeline:
        lines.append(("the pipeline, of the report", rates(whole, reference, 1)))
    print(f"{'characters a second':32}{'by the clock':>14}{f'of {options.cores} idle cores':>18}")
    for name, (wall, busy) in lines:
        print(f"{name:32}{wall:14,.0f}{busy:18,.0f}")
    print(f"setting the tables aside takes {tables.wall / default.wall:.2f} of the tagger's time, not counted above")
    if pipeline:
        ratio = [mine / theirs for mine, theirs in zip(lines[0][1], lines[-1][1], strict=True)]
        dense = [mine / theirs for mine, theirs in zip(lines[1][1], lines[-1][1], strict=True)]
        print(f"{'ratio, of the report':32}{ratio[0]:14.0f}{ratio[1]:18.0f}   (to be 100 at least)")
        print(f"{'ratio, of prose alone':32}{dense[0]:14.0f}{dense[1]:18.0f}")


if __name__ == "__main__":
    main()
