import pytest
from batch_reports import SAMPLES, write_reports

import gxnlp
from gxnlp.batch import ExtractorSettings
from gxnlp.batch.datasets import from_rows, map, narratives, record_features, to_record, to_rows
from gxnlp.errors import AnnotationError, ConfigError
from gxnlp.training.formats import FORMATS, read_rows, write_rows
from gxnlp.training.inline import parse_file
from gxnlp.training.standoff import stand_off

datasets = pytest.importorskip("datasets", reason="datasets come with the train extra")

PLAIN = ExtractorSettings(figures=False)
SAMPLE = SAMPLES / "2021-district.txt"


@pytest.fixture(autouse=True, scope="module")
def _quiet():
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture(scope="module")
def mapped():
    """A report as text, one as PDF, and one that is not there, with their text."""
    paths = [str(SAMPLE), str(SAMPLES / "2021-district.pdf"), "nowhere.txt"]
    return map(datasets.Dataset.from_dict({"path": paths, "number": [1, 2, 3]}), text=True)


def test_records_are_those_of_extract(mapped):
    assert mapped.column_names == ["path", "number", "record", "failure", "source_text", "prose"]
    for row in mapped.select([0, 1]):
        assert row["failure"] is None
        assert to_record(row) == gxnlp.extract(row["path"])
        assert row["source_text"] == gxnlp.read(row["path"]).text


def test_a_report_that_fails_is_a_row_with_its_failure(mapped):
    row = mapped[2]
    assert (row["number"], row["record"], row["failure"]["category"], row["prose"]) == (3, None, "not_found", [])
    with pytest.raises(ValueError, match="not_found: there is no such file"):
        to_record(row)


def test_the_features_have_a_place_for_every_field_of_a_record(mapped):
    flat = mapped.flatten()
    assert flat["record.meta.year"][0] == gxnlp.extract(SAMPLE).meta.year
    assert mapped.features["record"] == record_features()["record"]
    assert mapped.features["record"]["figures"].feature["value"] == datasets.Value("string")


def test_reports_that_the_dataset_holds(tmp_path):
    name = "names/are/not/opened.txt"
    given = {
        "text": [SAMPLE.read_text("utf-8")],
        "raw": [(SAMPLES / "2021-district.docx").read_bytes()],
        "path": [name],
    }
    dataset = datasets.Dataset.from_dict(given)
    (text,) = map(dataset, content="text", settings=PLAIN)
    assert to_record(text) == gxnlp.extract(given["text"][0], name=name, figures=False)
    (raw,) = map(dataset.remove_columns("path"), content="raw", settings=PLAIN)
    assert to_record(raw).cells == gxnlp.extract(SAMPLES / "2021-district.docx", figures=False).cells


def test_an_iterable_dataset_and_a_dict_of_datasets(tmp_path):
    paths = [str(path) for path in write_reports(tmp_path / "reports", 5)]
    dataset = datasets.Dataset.from_dict({"path": paths})
    streamed = map(dataset.to_iterable_dataset(), settings=PLAIN, batch_size=2)
    expected = [gxnlp.extract(path, figures=False) for path in paths]
    assert [to_record(row) for row in streamed] == expected
    parts = map(datasets.DatasetDict({"train": dataset}), settings=PLAIN)
    assert [to_record(row) for row in parts["train"]] == expected

    def rows():
        yield {"path": paths[0]}

    assert [to_record(row) for row in map(datasets.IterableDataset.from_generator(rows), settings=PLAIN)] == expected[
        :1
    ]


def test_a_file_that_changed_is_read_again(tmp_path):
    (path,) = write_reports(tmp_path / "reports", 1)
    datasets.Dataset.from_dict({"path": [str(path)]}).save_to_disk(tmp_path / "kept")
    dataset = datasets.load_from_disk(tmp_path / "kept")
    before = to_record(map(dataset, settings=PLAIN)[0])
    path.write_text(path.read_text("utf-8").replace("11", "12"), "utf-8")
    assert to_record(map(dataset, settings=PLAIN)[0]) == gxnlp.extract(path, figures=False) != before


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"file": ["a"]}, {}, "no column 'path'; it has file"),
        ({"path": ["a"]}, {"content": "text"}, "no column 'text'"),
        ({"path": ["a"]}, {"path": None}, "name the column of paths"),
        ({"path": ["a"], "record": ["b"]}, {}, "'record' already"),
    ],
)
def test_columns_that_do_not_fit(columns, options, words):
    with pytest.raises(ConfigError, match=words):
        map(datasets.Dataset.from_dict(columns), settings=PLAIN, **options)


def test_records_become_narratives_with_their_figures(mapped):
    found = narratives(mapped)
    assert found["id"] == mapped["path"][:2]
    for row, record in zip(found, [gxnlp.extract(path) for path in found["id"]], strict=True):
        assert [f["label"] for f in row["figures"]] == [f.label for f in record.figures]
        assert row["figures"]
        assert all(row["text"][f["start"] : f["end"]] == f["text"] for f in row["figures"])
        assert all(cell.row not in row["text"] for cell in record.cells if len(cell.row) > 12)


def test_narratives_need_the_text(mapped):
    with pytest.raises(ConfigError, match="text=True"):
        narratives(mapped.remove_columns("source_text"))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_narratives_go_to_annotators_and_come_back(mapped, tmp_path, name):
    rows = to_rows(narratives(mapped))
    write_rows(rows, tmp_path / "there", name)
    back = from_rows(read_rows(tmp_path / "there", name))
    assert sorted(row["text"] for row in back) == sorted(row["text"] for row in rows)
    assert sorted(len(row["figures"]) for row in back) == sorted(len(row["figures"]) for row in rows)


def test_annotated_narratives_are_a_dataset_and_rows_again():
    folder = SAMPLES.parent / "annotations" / "narratives"
    rows = [stand_off(narrative) for narrative in list(parse_file(sorted(folder.glob("*.txt"))[0]))[:5]]
    assert to_rows(from_rows(rows)) == rows


def test_rows_that_are_no_narratives():
    with pytest.raises(AnnotationError, match=r"row 1 \(a\): it lacks agency"):
        from_rows([{"id": "a", "text": "b", "figures": []}])
