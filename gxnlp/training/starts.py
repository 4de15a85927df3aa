"""What a training starts from: our tagger, a folder of ours, or any encoder of Hugging Face's, read by characters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

from gxnlp.errors import ModelError
from gxnlp.figures.network import FigureTagger
from gxnlp.figures.tagger import TaggerSettings, default_model_path
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.figures.windows import HEADING_LENGTH
from gxnlp.training.config import OURS, LearningConfig
from gxnlp.view import View

LEAST_KNOWN = 0.95
"""Least share of the Han characters of the annotated texts that an encoder must know."""
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_MARKS = 4  # tokens of a window beside its text and heading: start, two separators, one to spare
_ROLES = ("pad_token_id", "bos_token_id", "cls_token_id", "eos_token_id", "sep_token_id", "mask_token_id")
_OWN_ROLES = dict(zip(_ROLES, (0, 2, 2, 3, 3, 4), strict=True))


@dataclass(frozen=True, slots=True)
class Start:
    """A network to train, with what goes with it.

    Attributes:
        name: What it was made from, as asked for.
        model: The network, in float32.
        vocabulary: Its characters.
        labels: Its labels, in the order of its outputs.
        continued: Whether its heads are trained already.
        recipe: How it was made, where it says so.
        settings: The thresholds of a trained tagger.
    """

    name: str
    model: FigureTagger
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    continued: bool
    recipe: dict[str, Any] | None = None
    settings: TaggerSettings | None = None


def start_folder(name: str) -> Path | None:
    """Return the folder of a start that is ours (the shipped model, or one that training has written), else None.

    Raises:
        ModelError: The shipped model is asked for and not there.
    """
    if name == OURS:
        return default_model_path()
    folder = Path(name)
    try:
        entries = Vocabulary.load(folder / "vocab.txt").entries
    except (ModelError, UnicodeDecodeError):
        return None  # other tokenizers call their file so, too
    return folder if all(len(entry) == 1 for entry in entries[len(SPECIALS) :]) else None


def load_start(
    name: str,
    learning: LearningConfig,
    *,
    labels: Sequence[str],
    texts: Iterable[str] = (),
    fresh: bool = False,
    random: bool = False,
) -> Start:
    """Load what a training starts from.

    Args:
        name: ``ours``, a folder, or the name of a model on the Hugging Face hub.
        learning: Dropouts, label smoothing and context sizes.
        labels: The labels of a fresh head; a trained tagger brings its own.
        texts: What will be read, for judging whether an encoder knows its characters.
        fresh: Give a trained tagger a fresh head.
        random: Keep the shape alone, without weights.

    Raises:
        ModelError: There is no such model, or it is no encoder, lacks Chinese characters, or reads too few at once.
    """
    folder = start_folder(name)
    if folder is None:
        model, vocabulary = _foreign(name, learning, labels, texts)
        return Start(name, model, vocabulary, tuple(labels), continued=False)
    settings = TaggerSettings.load(folder / "tagger.json") if (folder / "tagger.json").is_file() else None
    if settings is not None and not fresh:
        labels = settings.labels
    config = _configured(AutoConfig.from_pretrained(folder), learning, labels)
    config._attn_implementation = "sdpa"
    if random:
        model = FigureTagger(config)
    elif settings is not None and fresh:
        model = FigureTagger(config)
        old = FigureTagger.from_pretrained(folder, dtype=torch.float32)
        model.bert.load_state_dict(old.bert.state_dict())
    else:
        model = FigureTagger.from_pretrained(folder, config=config, attn_implementation="sdpa", dtype=torch.float32)
    recipe = folder / "recipe.json"
    return Start(
        name, model, Vocabulary.load(folder / "vocab.txt"), tuple(labels),
        continued=settings is not None and not fresh and not random,
        recipe=json.loads(recipe.read_text("utf-8")) if recipe.is_file() else None,
        settings=settings,
    )  # fmt: skip


def _configured(config: Any, learning: LearningConfig, labels: Sequence[str]) -> Any:
    for name, value in (("hidden_dropout_prob", learning.dropout), ("attention_probs_dropout_prob", 0.0)):
        if hasattr(config, name):
            setattr(config, name, value)
    # Weights are shipped in half precision: too coarse to learn in.
    config.dtype = torch.float32
    config.figure_labels = list(labels)
    config.head_dropout, config.label_smoothing = learning.head_dropout, learning.label_smoothing
    return config


def _foreign(
    name: str, learning: LearningConfig, labels: Sequence[str], texts: Iterable[str]
) -> tuple[FigureTagger, Vocabulary]:
    """Return a tagger with a fresh head on an encoder whose tokens are reduced to single characters."""
    try:
        config = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ModelError(f"{name}: no model by this name or in this folder ({_first_line(error)})") from error
    kind = config.model_type
    decoder = getattr(config, "is_encoder_decoder", False) or getattr(config, "is_decoder", False)
    if kind not in MODEL_FOR_MASKED_LM_MAPPING_NAMES or decoder:
        raise ModelError(f"{name}: {kind!r} is no encoder; give one such as BERT, RoBERTa, ELECTRA or ERNIE")
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        encoder = AutoModel.from_pretrained(name, dtype=torch.float32)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"{name}: no tokenizer or weights ({_first_line(error)})") from error
    vocabulary, rows = character_rows(tokenizer)
    _check_characters(name, vocabulary, texts)
    state = {key: value for key, value in encoder.state_dict().items() if not key.startswith("pooler.")}
    table = encoder.get_input_embeddings().weight
    word = next(key for key, value in encoder.named_parameters() if value is table)
    state[word] = torch.stack([table[row] if row is not None else table.mean(0) for row in rows]).detach()
    positions = getattr(getattr(encoder, "embeddings", None), "position_embeddings", None)
    if padding := getattr(positions, "padding_idx", None):
        # RoBERTa's kin count places from behind the padding token's number, and ours is 0.
        state["embeddings.position_embeddings.weight"] = positions.weight[padding:].detach()  # type: ignore[union-attr]
        config.max_position_embeddings -= padding
    needed = learning.limit + HEADING_LENGTH + _MARKS
    if (most := getattr(config, "max_position_embeddings", needed)) and 0 < most < needed:
        raise ModelError(f"{name}: reads {most} characters at once, {needed} are needed: set a smaller limit")
    config.vocab_size = len(vocabulary)
    for role, number in _OWN_ROLES.items():
        if getattr(config, role, None) is not None:
            setattr(config, role, number)
    config.pad_token_id = 0
    model = FigureTagger(_configured(config, learning, labels))
    missing, unexpected = model.bert.load_state_dict(state, strict=False)
    if missing or unexpected:
        raise ModelError(f"{name}: its weights do not fit its configuration ({[*missing, *unexpected][:3]})")
    return model, vocabulary


def character_rows(tokenizer: Any) -> tuple[Vocabulary, list[int | None]]:
    """Return the single characters that a tokenizer knows, as our vocabulary, and the row of each in its embedding.

    A row is None where the tokenizer has none (the blank, in most). Of a character that stands both at the beginning of
    words and within them, the beginning's row is taken; of a capital that a tokenizer folds, the small letter's.
    """
    pieces: dict[str, int] = tokenizer.get_vocab()
    found: dict[str, int | None] = {}
    for prefix in ("", "▁", "##"):
        for piece, row in sorted(pieces.items()):
            if piece.startswith(prefix) and len(piece) == len(prefix) + 1:
                found.setdefault(piece[-1], row)
    found[" "] = found.pop("▁", found.get(" "))
    for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if char not in found and char.lower() in found:
            found[char] = found[char.lower()]
    start = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    separator = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    found["\n"] = separator  # what parts lines, as near as an encoder knows it
    specials = [tokenizer.pad_token_id, tokenizer.unk_token_id, start, separator, tokenizer.mask_token_id]
    characters = sorted(found)
    return Vocabulary([*SPECIALS, *characters]), [*specials, *(found[char] for char in characters)]


def _check_characters(name: str, vocabulary: Vocabulary, texts: Iterable[str]) -> None:
    han = [char for text in texts for char in _HAN.findall(View(text).text)]
    known = sum(char in vocabulary for char in han)
    if known < LEAST_KNOWN * len(han):
        raise ModelError(
            f"{name}: knows {known / len(han):.0%} of the Chinese characters of the reports as single tokens, "
            f"{LEAST_KNOWN:.0%} are needed: give an encoder for Chinese"
        )


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
