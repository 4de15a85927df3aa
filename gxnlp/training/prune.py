"""A smaller vocabulary: rows of the embedding for characters that official text hardly ever has are taken out.

What is left gives the very same scores on any text without the characters taken out; those become ``[UNK]``.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file

from gxnlp.errors import ModelError
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.view import View

# Tensors with one row a character: the embedding, and of a masked language model what predicts characters.
_ROWS = ("word_embeddings.weight", "predictions.decoder.weight", "predictions.decoder.bias", "predictions.bias")


def count_characters(texts: Iterable[str]) -> Counter[str]:
    """Return how often each character occurs, as the tagger sees it: in the normalised view.

    >>> count_characters(["共 ２ 條"]) == {"共": 1, "2": 1, "条": 1}
    True
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(View(text).text)
    return counts


def choose_entries(vocabulary: Vocabulary, counts: Mapping[str, int], least: int) -> Vocabulary:
    """Return the vocabulary without the ideographs that occur less than ``least`` times; all else stays, in order."""
    return Vocabulary(
        entry
        for entry in vocabulary.entries
        if entry in SPECIALS or not "\u3400" <= entry <= "\u9fff" or counts.get(entry, 0) >= least
    )


def prune_vocabulary(folder: Path, output: Path, vocabulary: Vocabulary) -> None:
    """Write a model with the rows of a smaller vocabulary only.

    Args:
        folder: A tagger, or an encoder to start from: ``model.safetensors``, ``config.json``, ``vocab.txt``.
        output: Where to write the same files; ``tagger.json`` and ``recipe.json`` go along, the recipe with what was
            done. Made if missing; it must not be ``folder``.
        vocabulary: Entries of the folder's vocabulary, in any order.

    Raises:
        ModelError: An entry is not in the folder's vocabulary, the weights do not fit it, or both folders are one.
    """
    if output.resolve() == folder.resolve():
        raise ModelError(f"{output}: write the smaller model elsewhere, so that the whole one is kept")
    whole = Vocabulary.load(folder / "vocab.txt")
    places = {entry: i for i, entry in enumerate(whole.entries)}
    strange = [entry for entry in vocabulary.entries if entry not in places]
    if strange:
        raise ModelError(f"{folder / 'vocab.txt'}: {strange[0]!r} and {len(strange) - 1} more entries are not in it")
    rows = [places[entry] for entry in vocabulary.entries]
    weights = load_file(folder / "model.safetensors")
    for name in [name for name in weights if name.endswith(_ROWS)]:
        if len(weights[name]) != len(whole):
            raise ModelError(
                f"{folder / 'model.safetensors'}: {name} has {len(weights[name])} rows for a vocabulary of {len(whole)}"
            )
        weights[name] = weights[name][rows].contiguous()
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["vocab_size"] = len(vocabulary)
    output.mkdir(parents=True, exist_ok=True)
    save_file(weights, output / "model.safetensors", metadata={"format": "pt"})
    (output / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    vocabulary.save(output / "vocab.txt")
    if (folder / "tagger.json").is_file():
        shutil.copyfile(folder / "tagger.json", output / "tagger.json")
    source = folder / "recipe.json"
    recipe = {
        "pruned": {"characters": len(vocabulary), "of": len(whole)},
        "start": json.loads(source.read_text("utf-8")) if source.is_file() else None,
    }
    (output / "recipe.json").write_text(json.dumps(recipe, indent=1, ensure_ascii=False) + "\n", "utf-8")
