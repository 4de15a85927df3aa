import itertools
import json
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxnlp.errors import AnnotationError, ConfigError
from gxnlp.training.formats import FORMATS, find_format, read_rows, write_rows
from gxnlp.training.formats.counting import Counting, align, character_offsets, unit_offsets
from gxnlp.training.formats.labelstudio import labeling_config
from gxnlp.training.formats.rows import Region, complete, make_row

LOSSLESS = [
    "jsonl",
    "labelstudio",
    "labelstudio-predictions",
    "doccano",
    "doccano-characters",
    "brat",
    "conll",
    "docbin",
]
TEXT = "全年公开信息２９ 条，\r\n𠮷安镇😀网站12条；没有行政复议、行政诉讼，累计收到申请1.5万件\n"


def place(text, part, after=0):
    start = text.index(part, after)
    return start, start + len(part)


def narrative(text=TEXT, **head):
    """Two widths, blanks, \\r\\n, astral characters before figures, two labels on one span."""
    regions = [
        Region(*place(text, "２９ 条"), "items_total", {"subject": "公开信息", "score": 0.875}),
        Region(*place(text, "12条"), "items_channel", {"subject": "网站", "period": "2019"}),
        Region(*place(text, "没有"), "reviews", {"subject": "行政复议"}),
        Region(*place(text, "没有"), "lawsuits", {"subject": "行政诉讼"}),
        Region(*place(text, "1.5万件"), "requests_cumulative", {"value": "15001", "qualifier": "about"}),
    ]
    head = {"id": "吉安/2020 一", "agency": "吉安镇", "line": "town", "level": "town", "year": 2020, **head}
    return make_row(text, regions, head, "test")


def there_and_back(found, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write_rows(found, path, name)
        return read_rows(path, name)


def write_lines(path, *records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


# --- rows


def test_the_grammar_fills_in_what_a_file_does_not_say():
    row = make_row("收到申请30余件，没有复议", [Region(4, 8, "requests_cumulative"), Region(9, 11, "reviews")], {}, "x")
    first, second = row["figures"]
    assert first == {
        "label": "requests_cumulative", "text": "30余件", "start": 4, "end": 8, "value": "30", "unit": "件",
        "qualifier": "more_than", "period": "cumulative", "subject": None, "implied": False,
    }  # fmt: skip
    assert (second["value"], second["unit"], second["implied"]) == ("0", "", True)


@pytest.mark.parametrize(
    ("region", "cause"),
    [
        (Region(0, 99, "other"), "lies outside the text of 6 characters"),
        (Region(-3, -1, "other"), "lies outside"),
        (Region(3, 2, "other"), "lies outside"),
        (Region(2, 2, "other"), "is empty"),
        (Region(2, "5", "other"), "not whole numbers"),
        (Region(2, 5, ""), "no label"),
        (Region(0, 2, "other"), "no value for '公开'"),
        (Region(2, 5, "other", {"value": "many"}), "not a number"),
    ],
)
def test_what_is_no_figure_is_an_error_that_names_its_place(region, cause):
    with pytest.raises(AnnotationError, match=cause) as error:
        make_row("公开29条。", [region], {}, "a.json: record 3")
    assert str(error.value).startswith("a.json: record 3: ")


def test_a_label_stands_once_on_a_span():
    with pytest.raises(AnnotationError, match="items_total stands twice on '29条'"):
        make_row("公开29条", [Region(2, 5, "items_total")] * 2, {}, "x")


def test_rows_are_checked_before_they_are_written(tmp_path):
    row = narrative()
    row["figures"][0] |= {"start": 0, "end": 3}
    for name in FORMATS:
        with pytest.raises(
            AnnotationError, match=r"out: record 1 \(吉安/2020 一\): span 0-3 covers '全年公', not '２９ 条'"
        ):
            write_rows([row], tmp_path / "out", name)
    assert not list(tmp_path.iterdir())


def test_a_lone_surrogate_is_an_error():
    with pytest.raises(AnnotationError, match="half a surrogate pair at 1"):
        make_row("a\ud83d", [], {}, "x")


# --- round trips


@pytest.mark.parametrize("name", LOSSLESS)
def test_all_of_a_narrative_survives(name):
    rows = [narrative(), narrative(id="b", source="手工", year=0), make_row("没有数字。", [], {"id": "c"}, "test")]
    assert there_and_back(rows, name) == rows


@pytest.mark.parametrize("name", LOSSLESS)
def test_nothing_and_empty_texts(name):
    rows = [make_row("", [], {"id": "a"}, "test"), make_row("公开2条", [Region(2, 4, "other")], {"id": "b"}, "test")]
    for found in ([], rows, rows[::-1]):
        assert there_and_back(found, name) == found


CHARS = st.sampled_from(
    "公开条件没有0123１２９　 \t\n\r😀𠮷\u2028\x85\x1c\ufeff\u200b[]|\\#+/-年\u0301"
) | st.characters(exclude_categories=["Cs"])
LABELS = ["items_total", "reviews", "lawsuits", "other"]


@st.composite
def rows(draw, overlap=True):
    text = draw(st.lists(CHARS, max_size=25).map("".join)) + draw(st.sampled_from(["", "\r\n", "件𠮷"]))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(itertools.pairwise(cuts))  # adjacent ones among them
    if overlap and len(cuts) > 2:
        spans.append((cuts[0], cuts[-1]))
    regions = []
    for start, end in spans:
        for label in draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=2)):
            given_ = {
                "value": str(draw(st.decimals(-10, 10**9, places=2))),
                "period": draw(st.sampled_from(["year", "cumulative", "2019"])),
                "subject": draw(st.none() | st.lists(CHARS, min_size=1, max_size=4).map("".join)),
            }
            regions.append(Region(start, end, label, given_))
    return make_row(text, regions, {"id": draw(st.sampled_from(["a", "吉/安", "CON "])), "agency": "某局"}, "test")


@pytest.mark.parametrize("name", sorted({*LOSSLESS} - {"conll", "brat"}))
@settings(max_examples=40, deadline=None)
@given(st.lists(rows(), max_size=2))
def test_no_offset_is_lost(name, found):
    assert there_and_back(found, name) == found


@settings(max_examples=40, deadline=None)
@given(st.lists(rows(overlap=False), max_size=2))
def test_no_offset_is_lost_in_conll(found):
    assert there_and_back(found, "conll") == found


@settings(max_examples=40, deadline=None)
@given(rows())
def test_no_offset_is_lost_in_brat(row):
    if any(f["text"].strip("\r\n") != f["text"] for f in row["figures"]):
        with pytest.raises(AnnotationError, match="begins or ends with a line break"):
            there_and_back([row], "brat")
    else:
        assert there_and_back([row], "brat") == [row]


def blank(text):
    return any(char.isspace() for char in text)


@settings(max_examples=60, deadline=None)
@given(rows(overlap=False))
def test_the_authoring_format_holds_a_row_or_refuses_it(row):
    keys = ("start", "end", "label", "value", "period", "subject")
    row["id"] = "a"  # a head cannot hold blanks at its ends
    subjects = "".join(f["subject"] or "" for f in row["figures"])
    try:
        [back] = there_and_back([row], "inline")
    except AnnotationError:
        assert (
            not row["text"]
            or set("\r\n[]|\\") & set(row["text"])
            or set("[]|@=:\\-") & set(subjects)
            or blank(subjects)
        )
    else:
        assert back["text"] == row["text"]
        assert [[f[k] for k in keys] for f in back["figures"]] == [[f[k] for k in keys] for f in row["figures"]]


@settings(max_examples=60, deadline=None)
@given(st.lists(CHARS).map("".join), st.sampled_from(Counting))
def test_counting_goes_there_and_back(text, counting):
    offsets = unit_offsets(text, counting)
    back = character_offsets(text, counting)
    for index, offset in enumerate(offsets):
        between = text[back(offset, "x") : index]
        assert between in ("", "\r")


# --- the authoring format


def test_inline_keeps_labels_subjects_periods_and_values():
    row = narrative(TEXT.replace("\r", "").strip())
    [back] = there_and_back([row], "inline")
    assert back["figures"][4]["value"] == "15001"
    assert back["figures"][4]["qualifier"] == "exact"  # what the format cannot hold
    kept = ("label", "start", "end", "value", "unit", "period", "subject", "implied")
    assert [[f[k] for k in kept] for f in back["figures"]] == [[f[k] for k in kept] for f in row["figures"]]


def test_inline_keeps_what_is_not_known_and_more_of_the_head():
    row = make_row("公开2条", [Region(2, 4, "other")], {"id": "a", "source": "手工"}, "test")
    [back] = there_and_back([row], "inline")
    assert back == row
    assert (back["agency"], back["year"], back["source"]) == ("", 0, "手工")


@pytest.mark.parametrize(
    ("text", "cause"),
    [("公开\r\n2条", "carriage returns"), ("公开2条\n", "line breaks at its ends"), ("公开2条\n=====\n二", "=====")],
)
def test_inline_refuses_what_it_cannot_hold(text, cause):
    row = make_row(text, [Region(text.index("2"), text.index("2") + 2, "other")], {"id": "甲"}, "test")
    with pytest.raises(AnnotationError, match=f"甲: the authoring format cannot hold it: .*{cause}"):
        there_and_back([row], "inline")


def test_inline_reads_a_folder(tmp_path):
    for name in ("a", "b"):
        write_rows([make_row("公开2条", [], {"id": name}, "test")], tmp_path / f"{name}.txt")
    assert [row["id"] for row in read_rows(tmp_path, "inline")] == ["a", "b"]


def test_inline_names_the_file_of_a_mark_without_a_value(tmp_path):
    write_rows([make_row("公开2条", [], {"id": "a"}, "test")], tmp_path / "a.txt")
    (tmp_path / "a.txt").write_text((tmp_path / "a.txt").read_text("utf-8").replace("公开", "[公开|other]"), "utf-8")
    with pytest.raises(AnnotationError, match=r"a\.txt: a: no value for '公开'"):
        read_rows(tmp_path / "a.txt")


# --- Label Studio


def task(text, *results, **more):
    return {"id": 7, "data": {"text": text}, "annotations": [{"result": list(results)}], **more}


def region(start, end, text, *labels, **more):
    value = {"start": start, "end": end, "labels": list(labels)} | ({} if text is None else {"text": text})
    return {"id": "r", "from_name": "l", "to_name": "t", "type": "labels", "value": value, **more}


def read_tasks(tmp_path, *tasks, name="labelstudio"):
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(list(tasks)), "utf-8")
    return read_rows(path, name)


def test_label_studio_gets_code_points_and_one_region_a_span(tmp_path):
    write_rows([narrative()], tmp_path / "out.json")
    [written] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    results = written["annotations"][0]["result"]
    assert [r["value"]["labels"] for r in results][2] == ["reviews", "lawsuits"]
    for result in results:
        value = result["value"]
        assert written["data"]["text"][value["start"] : value["end"]] == value["text"]
    assert results[1]["meta"]["figures"]["items_channel"]["period"] == "2019"
    assert written["data"]["agency"] == "吉安镇"
    assert 'choice="multiple"' in labeling_config()
    assert '<Label value="items_total"/>' in labeling_config()


@pytest.mark.issue("label-studio #539, #1347")
@pytest.mark.parametrize("counting", Counting)
def test_label_studio_offsets_are_read_however_they_count(tmp_path, counting):
    offsets = unit_offsets(TEXT, counting)
    spans = [place(TEXT, part) for part in ("２９ 条", "12条", "1.5万件")]
    found = read_tasks(
        tmp_path, task(TEXT, *(region(offsets[s], offsets[e], TEXT[s:e].replace(" ", ""), "other") for s, e in spans))
    )
    assert [(f["start"], f["end"]) for f in found[0]["figures"]] == spans


@pytest.mark.issue("label-studio #539")
def test_label_studio_regions_that_cover_other_text_are_an_error(tmp_path):
    text = TEXT.replace("\r", "")
    start, end = place(text, "12条")
    with pytest.raises(AnnotationError, match=r"tasks.json: task 1 \(7\): span .* covers '站12', not '12条'"):
        read_tasks(tmp_path, task(text, region(start - 1, end - 1, "12条", "other")))
    with pytest.raises(AnnotationError, match="lies outside the text of"):
        read_tasks(tmp_path, task(text, region(900, 903, "12条", "other")))


def test_label_studio_without_recorded_text_counts_code_points(tmp_path):
    start, end = place(TEXT, "12条")
    [row] = read_tasks(tmp_path, task(TEXT, region(start, end, None, "other")))
    assert row["figures"][0]["text"] == "12条"


def test_what_a_person_moves_or_relabels_is_valued_anew(tmp_path):
    kept = {"text": "12条", "value": "12", "unit": "条", "period": "cumulative", "subject": "网站"}
    meta = {"figures": {"items_cumulative": kept}}
    moved = region(6, 8, "3条", "items_cumulative", meta=meta)
    relabelled = region(1, 4, "12条", "items_total", meta=meta)
    first, second = read_tasks(tmp_path, task("共12条，另3条", moved), task("共12条", relabelled))
    assert [first["figures"][0][k] for k in ("value", "period", "subject")] == ["3", "cumulative", "网站"]
    assert [second["figures"][0][k] for k in ("value", "period", "subject")] == ["12", "year", "网站"]


def test_label_studio_annotations_come_before_predictions(tmp_path):
    predicted = {"predictions": [{"result": [region(1, 4, "12条", "items_total", score=0.25)]}]}
    both = task("共12条", region(1, 4, "12条", "other"), **predicted)
    only = {**both, "annotations": []}
    assert [r["figures"][0]["label"] for r in read_tasks(tmp_path, both, only)] == ["other", "items_total"]
    [row] = read_tasks(tmp_path, both, name="labelstudio-predictions")
    assert (row["figures"][0]["label"], row["figures"][0]["score"]) == ("items_total", 0.25)


def test_predictions_are_scored_by_the_least_certain_figure(tmp_path):
    row = make_row(
        "一2条二3条", [Region(1, 3, "other", {"score": 0.5}), Region(4, 6, "other", {"score": 0.9})], {}, "x"
    )
    write_rows([row], tmp_path / "out.json", "labelstudio-predictions")
    [written] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert written["predictions"][0]["score"] == 0.5
    assert "annotations" not in written


def test_which_annotation_counts(tmp_path):
    one = {"result": [region(1, 4, "12条", "other")]}
    two = {"result": [region(1, 4, "12条", "items_total")], "ground_truth": True}
    skipped = {**one, "was_cancelled": True}
    data = {"data": {"text": "共12条"}}
    assert read_tasks(tmp_path, {**data, "annotations": [one, two]})[0]["figures"][0]["label"] == "items_total"
    assert read_tasks(tmp_path, {**data, "annotations": [one, skipped]})[0]["figures"][0]["label"] == "other"
    assert read_tasks(tmp_path, {**data, "annotations": [skipped]}) == []
    with pytest.raises(AnnotationError, match="2 annotations, 0 of them ground truth"):
        read_tasks(tmp_path, {**data, "annotations": [one, one]})
    with pytest.raises(AnnotationError, match="not annotated"):
        read_tasks(tmp_path, data)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("{", "not JSON"),
        ('[{"text": "a", "label": []}]', "not a list of Label Studio tasks"),
        ('[{"data": {"body": "a"}, "annotations": []}]', "has no `text`, only body"),
        ('[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "labels", "value": {}}]}]}]', "malformed"),
        ('[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "hypertextlabels"}]}]}]', "HyperText"),
    ],
)
def test_other_json_is_an_error(tmp_path, content, cause):
    path = tmp_path / "tasks.json"
    path.write_text(content, "utf-8")
    with pytest.raises(AnnotationError, match=cause):
        read_rows(path)


# --- doccano


def test_doccano_counts_utf16(tmp_path):
    path = tmp_path / "out.jsonl"
    write_rows([narrative()], path, "doccano")
    written = json.loads(path.read_text("utf-8"))
    units = written["text"].encode("utf-16-le")
    covered = [units[2 * start : 2 * end].decode("utf-16-le") for start, end, _ in written["label"]]
    assert covered == ["２９ 条", "12条", "没有", "没有", "1.5万件"]


@pytest.mark.parametrize(
    "spans",
    [
        {"label": [[2, 5, "items_total"]]},
        {"labels": [[2, 5, "items_total"]]},
        {"entities": [[2, 5, "items_total"]]},
        {"entities": [{"id": 1, "label": "items_total", "start_offset": 2, "end_offset": 5}], "relations": []},
        {"label": [{"label": "items_total", "start_offset": 2, "end_offset": 5}], "Comments": []},
    ],
)
def test_forms_of_doccano(tmp_path, spans):
    path = write_lines(tmp_path / "in.jsonl", {"id": 4, "text": "公开29条", "agency": "某局", **spans})
    [row] = read_rows(path, "doccano")
    assert (row["id"], row["agency"]) == (4, "某局")
    assert [(f["text"], f["label"], f["value"]) for f in row["figures"]] == [("29条", "items_total", "29")]
    assert "relations" not in row


def test_doccano_spans_that_a_person_adds_or_removes(tmp_path):
    path = tmp_path / "out.jsonl"
    write_rows([narrative()], path, "doccano")
    record = json.loads(path.read_text("utf-8"))
    record["label"] = [record["label"][1], [*record["label"][0][:2], "items_category"]]
    [row] = read_rows(write_lines(path, record), "doccano")
    assert [(f["label"], f["value"], f["period"], f["subject"]) for f in row["figures"]] == [
        ("items_category", "29", "year", None),
        ("items_channel", "12", "2019", "网站"),
    ]


@pytest.mark.parametrize(
    ("record", "cause"),
    [
        ({"text": "😀29条", "label": [[1, 5, "other"]]}, r"in.jsonl:1 \(in-1\): offset 1 splits a character"),
        ({"text": "公开29条", "label": [[2, 9, "other"]]}, "offset 9 lies outside the text of 5"),
        ({"text": "公开29条", "label": [[2.5, 5, "other"]]}, "not a whole number"),
        ({"text": "公开29条", "label": [[2, 5]]}, "not a doccano record"),
        ({"text": "公开29条"}, "a record needs"),
        ({"label": []}, "a record needs"),
    ],
)
def test_misaligned_spans_of_doccano(tmp_path, record, cause):
    with pytest.raises(AnnotationError, match=cause):
        read_rows(write_lines(tmp_path / "in.jsonl", record), "doccano")


def test_doccano_read_in_the_wrong_count_is_an_error(tmp_path):
    write_rows([narrative()], tmp_path / "out.jsonl", "doccano")
    with pytest.raises(AnnotationError, match=r"out\.jsonl:1 "):
        read_rows(tmp_path / "out.jsonl", "doccano-characters")


# --- brat


def write_brat(folder, text, annotations):
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(text.encode())
    (folder / "a.ann").write_bytes(annotations.encode())
    return folder


def test_brat_shows_period_and_qualifier(tmp_path):
    write_rows([narrative()], tmp_path / "brat", "brat")
    [file] = (tmp_path / "brat").glob("*.ann")
    lines = file.read_bytes().decode().split("\n")
    assert file.stem == "吉安_2020_一"
    assert lines[0] == "T1\titems_total 6 10\t２９ 条"
    assert "A3\tperiod T2 2019" in lines
    config = (tmp_path / "brat" / "annotation.conf").read_text("utf-8")
    assert "items_total\n" in config
    assert "Value:year|cumulative|2019" in config


@pytest.mark.issue("brat #853")
def test_brat_counts_a_windows_line_end_as_one(tmp_path):
    folder = write_brat(tmp_path / "b", "甲2条\r\n乙3条\r\n", "T1\tother 1 3\t2条\r\nT2\tother 5 7\t3条\r\n")
    [row] = read_rows(folder, "brat")
    assert [(f["text"], f["start"]) for f in row["figures"]] == [("2条", 1), ("3条", 6)]


def test_brat_spans_over_line_breaks_are_fragments(tmp_path):
    row = make_row("公开2\r\n3条", [Region(2, 7, "other", {"value": 23})], {"id": "a"}, "test")
    write_rows([row], tmp_path / "b", "brat")
    assert (tmp_path / "b" / "a.ann").read_text("utf-8").startswith("T1\tother 2 3;5 7\t2 3条\n")
    assert read_rows(tmp_path / "b", "brat") == [row]


def test_brat_notes_and_other_lines(tmp_path):
    lines = [
        "T1\tother 1 3\t2条",
        "A1\tperiod T1 2018",
        "#1\tAnnotatorNotes T1\t看不清",
        "R1\tof Arg1:T1 Arg2:T1",
        "* x",
    ]
    [row] = read_rows(write_brat(tmp_path / "b", "甲2条", "\n".join(lines)), "brat")
    assert (row["id"], row["figures"][0]["period"], row["figures"][0]["note"]) == ("a", "2018", "看不清")


@pytest.mark.parametrize(
    ("annotations", "cause"),
    [
        ("T1\tother 0 2\t2条", r"a.ann: span 0-2 covers '甲2', not '2条'"),
        ("T1\tother 1 99\t2条", "offset 99 lies outside"),
        ("T1\tother 0 1;2 3\t甲条", "covers '甲2条', not '甲条'"),
        ("T1 other 1 3 2条", r"a.ann:1: not a text-bound annotation"),
    ],
)
def test_misaligned_spans_of_brat(tmp_path, annotations, cause):
    with pytest.raises(AnnotationError, match=cause):
        read_rows(write_brat(tmp_path / "b", "甲2条", annotations), "brat")


def test_brat_folders_are_whole(tmp_path):
    folder = write_brat(tmp_path / "b", "甲2条", "")
    with pytest.raises(AnnotationError, match="not an empty folder"):
        write_rows([narrative()], folder, "brat")
    (folder / "a.ann").unlink()
    with pytest.raises(AnnotationError, match=r"a has no \.ann file"):
        read_rows(folder, "brat")


def test_brat_file_names_do_not_collide():
    found = [make_row("一", [], {"id": name}, "test") for name in ("a/b", "a b", "A_b", "..")]
    assert there_and_back(found, "brat") == found


# --- CoNLL


@pytest.mark.issue("label-studio #1250")
def test_a_chinese_sentence_is_not_one_token(tmp_path):
    path = tmp_path / "out.conll"
    text = "公开 29条，\r\n没有行政复议、行政诉讼"
    regions = [Region(3, 6, "items_total"), Region(9, 11, "reviews"), Region(9, 11, "lawsuits")]
    write_rows([make_row(text, regions, {"id": "a"}, "test")], path)
    lines = path.read_bytes().decode().split("\n")
    assert lines[0].startswith("-DOCSTART- {")
    assert lines[0].endswith(" O")
    assert lines[1] == ""
    assert lines[2 : 2 + len(text)] == [
        "公 O", "开 O", r"\s O", "2 B-items_total", "9 I-items_total", "条 I-items_total", "， O", r"\r O", r"\n O",
        "没 B-reviews+lawsuits", "有 I-reviews+lawsuits", *(f"{char} O" for char in text[11:]),
    ]  # fmt: skip
    path.write_text("-DOCSTART- -X- O\n公开29条 -X- _ B-items_total\n", "utf-8")
    with pytest.raises(AnnotationError, match=r"out.conll:2: '公开29条' is 5 characters: tokens must be single"):
        read_rows(path)


def test_conll_of_others(tmp_path):
    path = tmp_path / "in.bio"
    path.write_text(
        "公\tX\tO\r\n2\tX\tB-other\r\n条\tX\tI-other\r\n3\tX\tB-other\r\n\r\n\r\n1 B-other\n条 I-other\n", "utf-8"
    )
    first, second = read_rows(path)
    assert (first["id"], first["text"], second["id"], second["text"]) == ("in-1", "公2条3", "in-2", "1条")


def test_adjacent_spans_of_one_label_stay_two():
    text = "其中2条3条"
    row = make_row(text, [Region(2, 4, "other"), Region(4, 6, "other")], {"id": "a"}, "test")
    assert [(f["start"], f["end"]) for f in there_and_back([row], "conll")[0]["figures"]] == [(2, 4), (4, 6)]


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ("公 O\n2 I-other", "in.conll:2: I-other continues nothing, it follows O"),
        ("2 B-other\n条 I-reviews", "I-reviews continues nothing, it follows B-other"),
        ("2 S-other", "not a BIO tag: 'S-other'"),
        ("2 other", "not a BIO tag"),
        ("2", "a token and a tag are needed"),
        ("-DOCSTART- {x O\n\n2 O", "is not JSON"),
    ],
)
def test_tags_that_make_no_span(tmp_path, lines, cause):
    path = tmp_path / "in.conll"
    path.write_text(lines, "utf-8")
    with pytest.raises(AnnotationError, match=cause):
        read_rows(path)


def test_conll_cannot_hold_overlaps():
    given_ = {"value": "1"}
    row = make_row("公开2条", [Region(0, 4, "other", given_), Region(2, 4, "other", given_)], {"id": "a"}, "test")
    with pytest.raises(AnnotationError, match="a: CoNLL cannot hold overlapping spans: '2条' at 2"):
        there_and_back([row], "conll")
    row = make_row("公开2条", [Region(2, 4, "a+b", given_)], {"id": "a"}, "test")
    with pytest.raises(AnnotationError, match="cannot hold the label"):
        there_and_back([row], "conll")


# --- spaCy


@pytest.mark.issue("spaCy #5727")
def test_docbin_has_the_tokens_of_our_pipeline_so_that_no_span_splits_one(tmp_path):
    import spacy
    from spacy.tokens import DocBin

    from gxnlp.pipeline.components import CharacterTokenizer

    row = narrative()
    write_rows([row], tmp_path / "out.spacy")
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "gxnlp.CharacterTokenizer.v1"}}})
    [doc] = DocBin().from_disk(tmp_path / "out.spacy").get_docs(nlp.vocab)
    assert doc.text == row["text"]
    assert [t.text for t in doc] == [t.text for t in CharacterTokenizer(nlp.vocab)(row["text"])]
    assert [(s.label_, s.start_char, s.text) for s in doc.spans["figures"]] == [
        (f["label"], f["start"], f["text"]) for f in row["figures"]
    ]


def test_docbin_of_others_is_read_by_characters(tmp_path):
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    vocab = Vocab()
    marked = Doc(vocab, words=["公开", "29条", "End"], spaces=[False, True, False])
    marked.ents = [Span(marked, 1, 2, label="items_total")]
    DocBin(docs=[marked]).to_disk(tmp_path / "a.spacy")
    [row] = read_rows(tmp_path / "a.spacy")
    assert (row["id"], row["text"], row["figures"][0]["start"]) == ("a-1", "公开29条 End", 2)
    DocBin(docs=[Doc(vocab, words=["公开"])]).to_disk(tmp_path / "a.spacy")
    with pytest.raises(AnnotationError, match="not annotated"):
        read_rows(tmp_path / "a.spacy")
    (tmp_path / "a.spacy").write_bytes(b"x")
    with pytest.raises(AnnotationError, match="not a DocBin"):
        read_rows(tmp_path / "a.spacy")


def test_docbin_of_our_pipeline_brings_the_figures_of_the_report(tmp_path):
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=list("共2条"), spaces=[False] * 3)
    doc.spans["figures"] = [Span(doc, 1, 3, label="other")]
    figure = {"label": "other", "text": "2条", "start": 1, "end": 3, "value": "2", "period": "2017", "score": 0.5}
    doc.user_data["gxnlp.report"] = json.dumps({"figures": [figure]})
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    [row] = read_rows(tmp_path / "a.spacy")
    assert (row["figures"][0]["period"], row["figures"][0]["score"]) == ("2017", 0.5)


# --- our stored form, registry, command


def test_jsonl_of_the_corpus_reads_as_it_is(tmp_path):
    row = complete(narrative("甲\u2028" + TEXT), "test")
    write_rows([row], tmp_path / "c.jsonl", "jsonl")
    assert len((tmp_path / "c.jsonl").read_text("utf-8").splitlines()) == 1
    [back] = read_rows(tmp_path / "c.jsonl", "jsonl")
    assert back == row
    assert Decimal(back["figures"][4]["value"]) == 15001


def test_negative_offsets_are_outside(tmp_path):
    figure = {"label": "other", "text": "2", "start": -2, "end": -1, "value": "2"}
    path = write_lines(tmp_path / "c.jsonl", {"id": "a", "text": "共2条", "figures": [figure]})
    with pytest.raises(AnnotationError, match=r"c\.jsonl:1: offsets of '2' cover something else"):
        read_rows(path, "jsonl")


def test_align_reports_the_span_as_counted_in_characters():
    with pytest.raises(AnnotationError, match="x: span 0-1 covers '甲', not '乙'"):
        align("甲乙", [(0, 1, "乙")], "x")


def test_formats_are_found_by_suffix_only_where_it_tells(tmp_path):
    assert find_format(Path("a.CoNLL")).name == "conll"
    assert find_format(Path("a.json"), "brat").name == "brat"
    with pytest.raises(ConfigError, match="does not tell the format"):
        find_format(Path("a.jsonl"))
    with pytest.raises(ConfigError, match="no format 'docano', perhaps doccano"):
        find_format(Path("a"), "docano")
    with pytest.raises(AnnotationError, match=r"none\.json: No such file"):
        read_rows(tmp_path / "none.json")
    (tmp_path / "gbk.conll").write_bytes("公 O".encode("gb18030"))
    with pytest.raises(AnnotationError, match="not UTF-8 at byte 0"):
        read_rows(tmp_path / "gbk.conll")


def test_convert(tmp_path, capsys):
    from gxnlp.cli import app

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            app(["convert", *map(str, arguments)])
        return stop.value.code

    first, second, third = tmp_path / "a.jsonl", tmp_path / "b.json", tmp_path / "c"
    write_rows([narrative()], first, "jsonl")
    assert run(first, second, "--from", "jsonl") == 0
    assert "1 narratives, 5 figures" in capsys.readouterr().err
    assert run(second, third, "--to", "brat") == 0
    assert run(third, first, "--from", "brat", "--to", "jsonl") == 0
    assert read_rows(first, "jsonl") == [narrative()]
    assert run(first, tmp_path / "d.json") == 1
    assert "does not tell the format" in capsys.readouterr().err
    assert run(first, first, "--from", "jsonl", "--to", "jsonl") == 2


def test_the_command_names_every_format():
    from gxnlp.cli.convert import FORMAT_NAMES

    assert FORMAT_NAMES.split(", ") == list(FORMATS)
