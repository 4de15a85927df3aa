import json
import pickle

import pytest
from batch_reports import SAMPLES, write_reports

from gxnlp.batch import ExtractorSettings, Item, Limits, find_items, run
from gxnlp.batch.cluster import Job, JobExtractor, ShardExtractor, to_json
from gxnlp.batch.extractor import Extractor
from gxnlp.batch.outcomes import from_line, to_line
from gxnlp.batch.work import Shard
from gxnlp.errors import Category, ConfigError, ReadError

PLAIN = ExtractorSettings(figures=False)


@pytest.fixture
def extractor():
    made = JobExtractor(Job.of(PLAIN))
    yield made
    made.close()


def test_a_shard_there_and_back(tmp_path, monkeypatch):
    paths = write_reports(tmp_path / "reports", 3)
    paths[1].write_bytes(b"")
    items = tuple(Item(i + 7, f"reports/{p.name}", {"year": "2021"}) for i, p in enumerate(paths))
    monkeypatch.chdir(tmp_path)
    job = Job.of(PLAIN)
    expected = [to_line(outcome) for outcome in Extractor(PLAIN)(items)]
    monkeypatch.chdir("/")
    given = ShardExtractor(job)(to_json(Shard(0, items)))
    assert given["lines"] == expected
    assert given["error"] is None
    assert len(given["seconds"]) == 3


def test_paths_that_are_no_valid_text_survive(tmp_path):
    name = str(tmp_path / "\udcc4\udcea.txt")
    (item,) = find_items([name])
    ((index, path, columns),) = json.loads(to_json(Shard(0, (item,))).encode())
    assert Item(index, path, columns) == item


def test_a_report_that_hangs_costs_itself_only(tmp_path):
    import os

    paths = write_reports(tmp_path / "reports", 2)
    os.mkfifo(tmp_path / "hanging.txt")
    extract = JobExtractor(Job.of(ExtractorSettings(figures=False, limits=Limits(seconds=5))))
    names = [paths[0], tmp_path / "hanging.txt", paths[1]]
    done = extract([Item(i, str(name)) for i, name in enumerate(names)])
    extract.close()
    assert [one.category for one in done] == [None, Category.TIMEOUT, None]


def test_another_version_on_a_node_is_told(extractor):
    begun = json.dumps({**PLAIN.fingerprint(), "version": "0.0.9"})
    other = ShardExtractor(Job(PLAIN.model_dump_json(), begun, "/"))
    with pytest.raises(ConfigError, match="has another version than the machine that began the batch"):
        raise pickle.loads(other(to_json(Shard(0, (Item(0, "a"),))))["error"])  # noqa: S301


def test_reports_that_are_at_hand_are_not_opened(extractor):
    data = (SAMPLES / "2021-district.pdf").read_bytes()
    text = (SAMPLES / "2021-district.txt").read_text("utf-8")
    items = [Item(0, "a.pdf", data=data), Item(1, "b.txt", data=text), Item(2, "")]
    pdf, plain, nothing = (from_line(done.line) for done in extractor(items))
    assert (pdf.source.path, pdf.source.format, plain.source.path) == ("a.pdf", "pdf", "b.txt")
    assert len(pdf.cells) == len(plain.cells) > 50
    assert (nothing.category, nothing.cause) == ("not_found", "neither a path nor a report is given")


def test_errors_about_reading_name_the_report(extractor):
    (done,) = extractor([Item(0, "c.pdf", data=b"%PDF-1.7 broken")])
    assert from_line(done.line).path == "c.pdf"
    with pytest.raises(ReadError):
        raise ReadError("c.pdf", from_line(done.line).cause, from_line(done.line).category)


def test_a_run_reads_what_engines_beyond_this_machine_read(tmp_path):
    paths = write_reports(tmp_path / "reports", 3)
    run(paths, tmp_path / "out.jsonl", settings=PLAIN, workers=1)
    items = tuple(find_items(paths))
    lines = ShardExtractor(Job.of(PLAIN))(to_json(Shard(0, items)))["lines"]
    assert (tmp_path / "out.jsonl").read_text("utf-8") == "".join(f"{line}\n" for line in lines)
