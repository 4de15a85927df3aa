import errno
import json
import os

import pytest
from batch_reports import write_reports

from gxnlp.batch import ExtractorSettings
from gxnlp.batch.work import Work, write_whole
from gxnlp.errors import ConfigError, WriteError

PLAIN = ExtractorSettings(figures=False)


@pytest.fixture
def reports(tmp_path):
    return write_reports(tmp_path / "reports", 10)


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


def opened(reports, output, settings=PLAIN, *, resume=None, size=4):
    return Work.open(reports, output, settings, resume=resume, shard_size=size)


def fill(work, *numbers):
    for shard in list(work.pending()):
        if shard.number in numbers:
            work.write(shard.number, [json.dumps(item.path) for item in shard.items])


def test_shards_come_back_in_order_whatever_the_order_of_writing(reports, output):
    with opened(reports, output) as work:
        assert [[i.index for i in s.items] for s in work.pending()] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
        fill(work, 2)
        fill(work, 0, 1)
        assert list(work.pending()) == []
        assert [json.loads(line) for line in work.lines()] == [str(path) for path in reports]
        work.remove()
    assert sorted(p.name for p in output.parent.iterdir()) == ["reports"]


def test_a_later_run_goes_on_where_it_was(reports, output):
    with opened(reports, output) as work:
        fill(work, 1)
    with opened(reports, output, resume=True) as work:
        assert (work.resumed, [s.number for s in work.pending()]) == (4, [0, 2])
    with opened([], output, resume=True) as work:  # the list was frozen: it need not be named again
        assert [i.path for i in work.items()] == [str(path) for path in reports]


def test_an_unfinished_run_is_not_thrown_away_unasked(reports, output):
    with opened(reports, output) as work:
        fill(work, 1)
    with pytest.raises(ConfigError, match="--resume"):
        opened(reports, output)
    with opened(reports, output, resume=False) as work:
        assert work.resumed == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda reports: (reports[1:], PLAIN), "begun with 10 reports, now other 9"),
        (lambda reports: (reports[::-1], PLAIN), "begun with 10 reports"),
        (lambda reports: (reports, ExtractorSettings()), "another model, figures"),
    ],
)
def test_other_inputs_or_settings_are_refused(reports, output, change, words):
    opened(reports, output).__exit__(None, None, None)
    named, settings = change(reports)
    with pytest.raises(ConfigError, match=words):
        opened(named, output, settings, resume=True)
    with opened(reports, output, resume=True) as work:
        assert work.total == 10


def test_two_runs_at_once_are_refused(reports, output):
    with opened(reports, output), pytest.raises(ConfigError, match="another run"):
        opened(reports, output, resume=True)


def test_a_kill_before_the_list_was_whole_leaves_nothing_to_go_on_with(reports, output):
    with opened(reports, output) as work:
        fill(work, 0)
        (work.folder / "run.json").unlink()
    with opened(reports, output, resume=True) as work:
        assert work.resumed == 0


def test_a_shard_half_written_is_not_there(reports, output):
    with opened(reports, output) as work:
        (work.folder / "shard-000001.jsonl.tmp").write_text("half")
    with opened(reports, output, resume=True) as work:
        assert work.resumed == 0


def test_a_wrong_number_of_outcomes_is_a_bug(reports, output):
    with opened(reports, output) as work, pytest.raises(ValueError, match="4 inputs, not 1"):
        work.write(0, ["{}"])


def test_nothing_to_do_is_told(output, tmp_path):
    with pytest.raises(ConfigError, match="no reports are given"):
        opened([], output)
    with pytest.raises(ConfigError, match="no report in the folder"):
        opened([tmp_path], output)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
def test_a_full_disk_leaves_what_stood_there(tmp_path, monkeypatch, step):
    path = tmp_path / "shard"
    path.write_text("old")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def chunks():
        yield "new"
        if step == "write":
            full()

    if step != "write":
        monkeypatch.setattr(*{"open": ("pathlib.Path.open", full), "fsync": ("os.fsync", full),
                              "replace": ("pathlib.Path.replace", full)}[step])  # fmt: skip
    with pytest.raises(WriteError, match="No space left"):
        write_whole(path, chunks())
    monkeypatch.undo()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("shard", "old")]
