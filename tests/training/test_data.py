import json

import pytest

datasets = pytest.importorskip("datasets", reason="needs the train extra")

from tiny import narratives, write_rows  # noqa: E402

from gxnlp.errors import AnnotationError, ConfigError  # noqa: E402
from gxnlp.training.data import (  # noqa: E402
    as_dataset,
    draw_replay,
    hold_out_bodies,
    load_data,
    read_annotated,
    shared_bodies,
)
from gxnlp.training.formats import guess_format  # noqa: E402
from gxnlp.training.formats import write_rows as write_format  # noqa: E402  # noqa: E402


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.jsonl", "jsonl"), ("a.jsonl", "doccano"), ("a.json", "labelstudio"), ("a.txt", "inline"), ("a", "brat"),
     ("a.conll", "conll"), ("a.spacy", "docbin")],
)  # fmt: skip
def test_any_format_is_read_into_the_same_dataset(tmp_path, name, form):
    rows = narratives(1)
    write_format(rows, tmp_path / name, form)
    assert guess_format(tmp_path / name) == form
    data = read_annotated(tmp_path / name)["train"]
    assert data.to_list() == as_dataset(rows).to_list()
    assert data[0]["figures"][0]["value"] == "32"


def test_a_saved_dataset_brings_its_own_split(tmp_path):
    rows = narratives(2)
    as_dataset(rows).save_to_disk(tmp_path / "one")
    splits = {"train": as_dataset(rows[:5]), "validation": as_dataset(rows[5:])}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "two")
    assert len(load_data([tmp_path / "one"])["train"]) < 8
    data = load_data([tmp_path / "two"])
    assert [len(data["train"]), len(data["held_out"])] == [5, 3]
    datasets.DatasetDict({"validation": as_dataset(rows)}).save_to_disk(tmp_path / "three")
    with pytest.raises(AnnotationError, match="three: no split 'train', only validation"):
        load_data([tmp_path / "three"])
    datasets.Dataset.from_dict({"text": ["共2条"], "figures": [[{"start": 0, "end": 9, "label": "x"}]]}).save_to_disk(
        tmp_path / "four"
    )
    with pytest.raises(AnnotationError, match=r"four/train: record 1 .*span 0-9 lies outside"):
        load_data([tmp_path / "four"])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_no_body_is_on_both_sides(seed, share):
    rows = [{**row, "agency": f"第{number % 5}局"} for number, row in enumerate(narratives(5))]
    left, right = hold_out_bodies(rows, share, seed)
    assert len(left) + len(right) == len(rows)
    assert left
    assert right
    assert not {row["agency"] for row in left} & {row["agency"] for row in right}
    assert hold_out_bodies(rows[::-1], share, seed)[1][::-1] == right


def test_one_body_alone_cannot_be_parted(tmp_path):
    path = write_rows(tmp_path / "a.jsonl", [{**row, "agency": "吉安局"} for row in narratives(1)])
    with pytest.raises(AnnotationError, match=r"all 4 reports are of one body \(吉安局\)"):
        load_data([path])
    given = load_data([path], held_out=[write_rows(tmp_path / "b.jsonl", narratives(2)[4:])])
    assert [len(given["train"]), len(given["held_out"])] == [4, 4]
    assert shared_bodies(given) == []


def test_the_same_text_on_both_sides_is_an_error(tmp_path):
    path = write_rows(tmp_path / "a.jsonl", narratives(1))
    with pytest.raises(AnnotationError, match="n0 is held out, and has the same text as n0"):
        load_data([path], held_out=[path])


def test_what_cannot_be_learnt_from_is_an_error(tmp_path):
    bare = write_rows(tmp_path / "a.jsonl", [{**row, "figures": []} for row in narratives(1)])
    with pytest.raises(AnnotationError, match=r"a\.jsonl: no figure is annotated"):
        load_data([bare])
    off = narratives(1)
    off[0]["figures"][0]["start"] -= 1
    with pytest.raises(AnnotationError, match=r"b\.jsonl:1: offsets of '32条' cover something else"):
        load_data([write_rows(tmp_path / "b.jsonl", off)])
    with pytest.raises(AnnotationError, match=r"none\.jsonl: No such file"):
        load_data([tmp_path / "none.jsonl"])
    (tmp_path / "c.jsonl").write_text("[]\n", "utf-8")
    with pytest.raises(AnnotationError, match=r"c\.jsonl: its first line is no JSON object"):
        load_data([tmp_path / "c.jsonl"])
    with pytest.raises(ConfigError, match="does not tell the format"):
        load_data([tmp_path / "c.csv"])


def test_replay_leaves_out_bodies_that_are_held_out():
    rows = narratives(5)
    drawn = draw_replay(rows, 12, ["云岭县第0局", "云岭县第1局"], seed=1)
    assert 12 <= sum(len(row["figures"]) for row in drawn) <= 14
    assert not {"n0", "n1"} & {row["id"] for row in drawn}
    assert json.dumps(drawn) == json.dumps(draw_replay(rows, 12, ["云岭县第0局", "云岭县第1局"], seed=1))
