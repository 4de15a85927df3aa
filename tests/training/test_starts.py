import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from tiny import CHARACTERS, MARKED, write_encoder, write_foreign, write_tagger  # noqa: E402
from transformers import AutoModel, AutoTokenizer  # noqa: E402

from gxnlp.errors import ModelError  # noqa: E402
from gxnlp.figures.labels import load_labels  # noqa: E402
from gxnlp.training.config import LearningConfig  # noqa: E402
from gxnlp.training.starts import character_rows, load_start, start_folder  # noqa: E402

LABELS = list(load_labels())
LEARNING = LearningConfig()


def load(folder, **more):
    return load_start(str(folder), LEARNING, **{"labels": LABELS, "texts": MARKED, **more})


@pytest.mark.parametrize("kind", ["bert", "roberta", "electra", "ernie"])
def test_an_encoder_reads_by_characters_what_it_read_by_its_own_tokens(tmp_path, kind):
    write_foreign(tmp_path, kind)
    start = load(tmp_path)
    assert start.model.config.model_type == kind
    assert not start.continued
    text = "收到申请5件，局\n"
    tokenizer, encoder = AutoTokenizer.from_pretrained(tmp_path), AutoModel.from_pretrained(tmp_path)
    own = [start.vocabulary.start, *start.vocabulary.encode(text), start.vocabulary.separator]
    assert start.vocabulary.unknown not in own
    pieces = ["[CLS]", *text[:-1], "[SEP]", "[SEP]"]
    theirs = tokenizer.convert_tokens_to_ids(pieces)
    with torch.inference_mode():
        ours = start.model.bert.eval()(input_ids=torch.tensor([own]), attention_mask=torch.ones(1, len(own)))
        wanted = encoder.eval()(input_ids=torch.tensor([theirs]), attention_mask=torch.ones(1, len(own)))
    torch.testing.assert_close(ours.last_hidden_state, wanted.last_hidden_state)


def test_characters_of_a_sentencepiece_and_of_a_folding_tokenizer():
    class Tokenizer:
        cls_token_id = sep_token_id = None
        bos_token_id, pad_token_id, eos_token_id, unk_token_id, mask_token_id = range(5)

        @staticmethod
        def get_vocab():
            return {"▁": 5, "▁公": 6, "公": 7, "▁开": 8, "公开": 9, "a": 10, "##b": 11}

    vocabulary, rows = character_rows(Tokenizer())
    place = dict(zip(vocabulary.entries, rows, strict=True))
    assert place == {
        "[PAD]": 1, "[UNK]": 3, "[CLS]": 0, "[SEP]": 2, "[MASK]": 4,
        "\n": 2, " ": 5, "公": 7, "开": 8, "a": 10, "A": 10, "b": 11, "B": 11,
    }  # fmt: skip


def test_our_own_folders_are_told_from_others(tmp_path):
    ours, tagger, theirs = (tmp_path / name for name in ("ours", "tagger", "theirs"))
    ours.mkdir()
    theirs.mkdir()
    assert start_folder(str(write_encoder(ours))) == ours
    assert start_folder(str(write_tagger(tagger))) == tagger
    (theirs / "vocab.txt").write_text("[PAD]\n[unused1]\n公\n", "utf-8")
    assert start_folder(str(theirs)) is None
    assert (start_folder("ours") / "model.safetensors").is_file()


def test_a_tagger_keeps_its_head_or_gets_a_fresh_one(tmp_path):
    write_tagger(tmp_path, labels=LABELS[:6])
    kept = load(tmp_path)
    assert kept.continued
    assert kept.labels == tuple(LABELS[:6])
    assert kept.model.dtype == torch.float32
    fresh = load(tmp_path, fresh=True, labels=["items_total", "own"])
    assert not fresh.continued
    assert fresh.model.label.out_features == 3
    for (name, old), new in zip(kept.model.bert.named_parameters(), fresh.model.bert.parameters(), strict=True):
        assert torch.equal(old, new), name


@pytest.mark.issue("a fresh head on weights shipped in half precision was trained in half precision")
@pytest.mark.parametrize("how", [{}, {"fresh": True}, {"random": True}])
def test_half_precision_is_never_trained_in(tmp_path, how):
    from gxnlp.training.export import save_half

    write_tagger(tmp_path)
    save_half(tmp_path, tmp_path)
    assert '"dtype": "float16"' in (tmp_path / "config.json").read_text("utf-8")
    assert {p.dtype for p in load(tmp_path, **how).model.parameters()} == {torch.float32}


def test_what_is_no_encoder_for_chinese_is_an_error(tmp_path):
    from transformers import GPT2Config

    gpt, english, short = (tmp_path / name for name in ("gpt", "english", "short"))
    GPT2Config().save_pretrained(gpt)
    with pytest.raises(ModelError, match="gpt: 'gpt2' is no encoder; give one such as BERT"):
        load(gpt)
    write_foreign(english, "bert", characters=list("abcdefgh0123456789年条件"))
    with pytest.raises(ModelError, match=r"english: knows \d+% of the Chinese characters"):
        load(english)
    write_foreign(short, "bert", CHARACTERS)
    with pytest.raises(ModelError, match="short: reads 400 characters at once, 428 are needed"):
        load_start(str(short), LearningConfig(limit=400), labels=LABELS, texts=MARKED)


def test_a_name_that_nobody_knows_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="nowhere: no model by this name or in this folder"):
        load(tmp_path / "nowhere")
