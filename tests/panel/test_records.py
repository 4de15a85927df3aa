import pickle

import pytest
from panel_records import record

from gxnlp.errors import ReadError, RecordError
from gxnlp.panel.records import Entry, entries_of, read_entries


def written(path, *lines):
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_records_come_with_file_and_line(tmp_path):
    first, second = record(year=2020), record(year=2021, manifest={"body": "青山市财政局"})
    path = written(tmp_path / "a.jsonl", first.to_json(indent=None), "", second.to_json(indent=None))
    entries = list(read_entries([path]))
    assert [(e.file, e.line) for e in entries] == [(str(path), 1), (str(path), 3)]
    assert [e.record for e in entries] == [first, second]


def test_what_is_no_record_is_told_with_file_line_and_cause_and_the_rest_goes_on(tmp_path):
    good = record().to_json(indent=None)
    path = written(
        tmp_path / "a.jsonl",
        good,
        good[:100],
        '{"meta": {}}',
        '{"failure":{"path":"x.pdf","category":"empty","cause":"it is empty"}}',
        good.replace('"year":2021', '"year":"soon"'),
        good,
    )
    found = list(read_entries([path]))
    errors = [e for e in found if isinstance(e, RecordError)]
    assert [isinstance(e, Entry) for e in found] == [True, False, False, False, False, True]
    assert [e.line for e in errors] == [2, 3, 4, 5]
    assert str(errors[0]).startswith(f"{path}, line 2: ")
    assert "source: Field required" in errors[1].cause
    assert "failure of a report" in errors[2].cause
    assert errors[3].cause.startswith("meta.year: ")


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xff\xfe\x00\n" + record().to_json(indent=None).encode() + b"\n")
    bad, good = read_entries([path])
    assert isinstance(bad, RecordError)
    assert isinstance(good, Entry)


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        list(read_entries([tmp_path / "missing.jsonl"]))
    with pytest.raises(ReadError, match="it is a folder"):
        list(read_entries([tmp_path]))


def test_a_record_has_one_digest_wherever_it_comes_from(tmp_path):
    path = written(tmp_path / "a.jsonl", record().to_json(indent=None))
    assert next(read_entries([path])).digest == next(entries_of([record()])).digest


def test_the_error_crosses_process_boundaries():
    error = pickle.loads(pickle.dumps(RecordError("a.jsonl", 3, "it is none")))  # noqa: S301 - its own
    assert (str(error), error.line) == ("a.jsonl, line 3: it is none", 3)
