"""Networks of a few thousand random weights, and narratives to train them on: no hub, no second of waiting."""

import json

from gxnlp.figures.labels import load_labels
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.training.inline import Narrative, parse_marked
from gxnlp.training.standoff import stand_off

MARKED = [
    "2019年，我局公开信息[32条|items_total:信息]，其中动态[20条|items_category:动态]。",
    "全年[没有|reviews:行政复议|lawsuits:行政诉讼]行政复议、行政诉讼。",
    "收到申请[5件|requests_received:申请]，办结[5件|requests_completed:办结]，去年为[7件|requests_received:申请@2018]。",
    "历年累计公开[1.2万条|items_cumulative:公开]。联系电话0571-2233445。",
]
CHARACTERS = sorted({c for marked in MARKED for c in parse_marked(marked)[0]} | set("0123456789局吉安岭第"))
SIZES = {
    "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
    "max_position_embeddings": 400, "type_vocab_size": 1,
}  # fmt: skip


def narratives(copies=3):
    """Return rows of the stand-off form, each of a body of its own and with a text of its own."""
    rows = []
    for number, marked in enumerate(MARKED * copies):
        text, marks = parse_marked(f"第{number}。" + marked)
        rows.append(stand_off(Narrative(f"n{number}", text, marks, f"云岭县第{number}局", "other", "county", 2019)))
    return rows


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def vocabulary():
    return Vocabulary([*SPECIALS, "\n", *CHARACTERS])


def write_encoder(folder):
    """Write an encoder of ours: the start of a recipe."""
    from transformers import BertConfig, BertForMaskedLM

    vocabulary().save(folder / "vocab.txt")
    BertForMaskedLM(BertConfig(vocab_size=len(vocabulary()), pad_token_id=0, **SIZES)).save_pretrained(folder)
    return folder


def write_tagger(folder, labels=None):
    """Write a trained tagger, exported in float32, whose weights nobody has trained."""
    import torch
    from transformers import BertConfig

    from gxnlp.figures.network import FigureTagger
    from gxnlp.figures.tagger import TaggerSettings
    from gxnlp.training.export import export_onnx
    from gxnlp.training.learning import write_settings

    torch.manual_seed(3)
    folder.mkdir(exist_ok=True)
    labels = tuple(labels or load_labels())
    vocabulary().save(folder / "vocab.txt")
    FigureTagger(
        BertConfig(vocab_size=len(vocabulary()), pad_token_id=0, figure_labels=list(labels), **SIZES)
    ).save_pretrained(folder)
    write_settings(TaggerSettings(labels), folder)
    export_onnx(folder, folder, quantize=False)
    return folder


def write_foreign(folder, kind, characters=CHARACTERS):
    """Write an encoder as others publish them: words for tokens, special tokens at places of their own."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

    specials = ["[unused]", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = {piece: row for row, piece in enumerate([*specials, "2019", "the", *characters, "##局", "a"])}
    tokenizer = Tokenizer(WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(folder)  # fmt: skip
    sizes = dict(SIZES, embedding_size=8) if kind == "electra" else SIZES
    config = AutoConfig.for_model(kind, vocab_size=len(pieces), pad_token_id=pieces["[PAD]"], **sizes)
    AutoModel.from_config(config).save_pretrained(folder)
    return folder
