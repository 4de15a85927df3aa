"""Step 2: continue masked language modelling on official documents, with single characters as tokens.

    python training/pretrain.py --start runs/start --text official-zh.txt --steps 6000 --output runs/pretrained

Spans of one to four characters are masked (15 % of all), so that words are predicted from their neighbours and not
from their other half. The loss is taken on masked places only. A killed run goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import random
import time
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import BertForMaskedLM, get_cosine_schedule_with_warmup

from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.view import View

REPORT_LINES = 9967
"""The first lines of the corpus are reports dense in figures; the rest is law."""
RESERVED = ((5282, 5335), (5482, 5587), (5779, 5871), (6324, 6364), (6924, 7035), (7137, 7214), (7216, 7322))
"""Lines of work reports of provinces kept for evaluation, counted from 1, both ends included."""


def read_parts(path: Path, vocabulary: Vocabulary) -> list[np.ndarray]:
    """Return the reports and the laws, each as one array of character ids with line breaks between paragraphs."""
    parts: list[list[str]] = [[], []]
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line and not any(first <= number <= last for first, last in RESERVED):
            parts[number > REPORT_LINES].append(View(line).text)
    return [np.array(vocabulary.encode("\n".join(part)), dtype=np.int32) for part in parts]


def mask(
    ids: np.ndarray, vocabulary: Vocabulary, generator: np.random.Generator, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return masked ids and a boolean array of the places to predict, both of shape (batch, length)."""
    batch, length = ids.shape
    chosen = np.zeros_like(ids, dtype=bool)
    starts = generator.random((batch, length)) < share / 2.0
    widths = generator.choice(4, p=[0.35, 0.4, 0.15, 0.1], size=(batch, length)) + 1
    for width in range(1, 5):
        hit = starts & (widths >= width)
        chosen[:, width - 1 :] |= hit[:, : length - width + 1]
    masked = ids.copy()
    dice = generator.random((batch, length))
    masked[chosen & (dice < 0.8)] = vocabulary.mask
    swap = chosen & (dice > 0.9)
    masked[swap] = generator.integers(5, len(vocabulary), swap.sum())
    return masked, chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=160)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--reports", type=float, default=0.5, help="share of samples from the reports dense in figures")
    parser.add_argument("--minutes", type=float, default=0, help="stop (with a checkpoint) after this long; 0: never")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    vocabulary = Vocabulary.load(options.start / "vocab.txt")
    parts = read_parts(options.text, vocabulary)
    # Without dropout (the text is far from seen out), whose dice are slow on a CPU.
    model = BertForMaskedLM.from_pretrained(
        options.start, attn_implementation="sdpa",
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    ).to(device).train()  # fmt: skip
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = get_cosine_schedule_with_warmup(optimiser, options.steps // 20, options.steps)
    options.output.mkdir(parents=True, exist_ok=True)
    checkpoint = options.output / "checkpoint.tmp"
    first, spent = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        first, spent = saved["step"], saved["seconds"]
        print(f"going on from step {first}")

    def save(step: int) -> None:
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
        torch.save({**state, "step": step, "seconds": spent + time.time() - began}, f"{checkpoint}.new")
        Path(f"{checkpoint}.new").replace(checkpoint)

    began, losses, step = time.time(), [], first
    for step in range(first + 1, options.steps + 1):
        generator = np.random.default_rng([options.seed, step])
        sides = generator.random(options.batch) >= options.reports
        texts = [parts[int(side)] for side in sides]
        firsts = [generator.integers(len(text) - options.length) for text in texts]
        ids = np.stack([text[at : at + options.length] for text, at in zip(texts, firsts, strict=True)])
        ids = ids.astype(np.int64)
        masked, chosen = mask(ids, vocabulary, generator, 0.15)
        inputs, places = torch.from_numpy(masked).to(device), torch.from_numpy(chosen).to(device)
        with torch.autocast(device, dtype=torch.bfloat16):
            hidden = model.bert(input_ids=inputs).last_hidden_state[places]
            scores = model.cls(hidden)
        loss = torch.nn.functional.cross_entropy(scores.float(), torch.from_numpy(ids[chosen]).to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 50 == 0:
            speed = (step - first) * options.batch * options.length / (time.time() - began)
            print(f"step {step} loss {sum(losses[-50:]) / len(losses[-50:]):.3f} characters/s {speed:.0f}", flush=True)
        if step % 500 == 0:
            save(step)
        if options.minutes and time.time() - began > 60 * options.minutes:
            break
    save(step)
    model.save_pretrained(options.output)
    vocabulary.save(options.output / "vocab.txt")
    facts = {
        "start": json.loads((options.start / "recipe.json").read_text("utf-8")),
        "text_sha256": hashlib.sha256(options.text.read_bytes()).hexdigest(), "steps": step, "batch": options.batch,
        "length": options.length, "rate": options.rate, "reports": options.reports, "seed": options.seed,
        "loss": round(sum(losses[-200:]) / max(1, len(losses[-200:])), 4),
        "minutes": round((spent + time.time() - began) / 60, 1), "device": device,
        "torch": torch.__version__, "transformers": transformers.__version__, "python": platform.python_version(),
    }  # fmt: skip
    (options.output / "recipe.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
