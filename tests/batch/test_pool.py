import os
import signal
import threading
import time

import pytest
from batch_reports import write_reports

from gxnlp.batch import ExtractorSettings, Item, Limits
from gxnlp.batch.pool import Pool
from gxnlp.errors import Category, ModelError

PLAIN = ExtractorSettings(figures=False)


def items(paths):
    return [Item(i, str(path)) for i, path in enumerate(paths)]


def categories(done):
    return [one.category for one in sorted(done)]


@pytest.fixture
def reports(tmp_path):
    return write_reports(tmp_path / "reports", 12)


@pytest.fixture
def hanging(tmp_path):
    """A file that is never read to its end: a pipe that nobody writes to."""
    path = tmp_path / "hanging.txt"
    os.mkfifo(path)
    return path


def limited(**limits):
    return ExtractorSettings(figures=False, limits=Limits(**limits))


@pytest.mark.parametrize("chunk", [1, 4])
def test_a_report_that_hangs_is_stopped_alone(reports, hanging, chunk):
    given = items([*reports[:6], hanging, *reports[6:]])
    with Pool(limited(seconds=5), 2) as pool:
        done = list(pool.map(given[at : at + chunk] for at in range(0, len(given), chunk)))
    assert categories(done) == [None] * 6 + [Category.TIMEOUT] + [None] * 6


def test_a_report_that_takes_too_much_memory_is_stopped_alone(reports, tmp_path):
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(200 * 2**20)
    with Pool(limited(memory=100 * 2**20), 1) as pool:
        done = list(pool.map([item] for item in items([reports[0], large, reports[1]])))
    assert categories(done) == [None, Category.OUT_OF_MEMORY, None]


class Killer:
    """Kills workers while they read a certain file, so many times."""

    def __init__(self, pool, path, times):
        self.pool, self.path, self.left = pool, str(path), times
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.left:
            for worker in list(self.pool._workers):
                reading = [item.path for item in worker.chunk if len(worker.chunk) == 1 or worker.reading == item.index]
                if worker.ready and reading == [self.path]:
                    time.sleep(0.1)
                    os.kill(worker._process.pid, signal.SIGKILL)
                    self.left -= 1
                    while worker in self.pool._workers:
                        time.sleep(0.01)
            time.sleep(0.01)


@pytest.mark.parametrize("chunk", [1, 4])
def test_a_report_that_kills_its_worker_twice_is_set_aside(reports, hanging, chunk):
    given = items([*reports[:2], hanging, *reports[2:4]])
    with Pool(limited(seconds=60), 2) as pool:
        killer = Killer(pool, hanging, 2)
        done = list(pool.map(given[at : at + chunk] for at in range(0, len(given), chunk)))
        killer.thread.join(10)
    assert categories(done) == [None, None, Category.CRASHED, None, None]
    assert "killed by signal 9, twice" in sorted(done)[2].line


def test_a_worker_killed_once_costs_nothing(reports):
    killed = []
    with Pool(PLAIN, 2) as pool:
        for one in pool.map([item] for item in items(reports * 3)):
            killed.append(one)
            if len(killed) in (3, 9):
                os.kill(pool._workers[0]._process.pid, signal.SIGKILL)
    assert categories(killed) == [None] * 36


def test_the_server_of_the_workers_may_be_killed(reports):
    from multiprocessing.forkserver import _forkserver

    done = []
    with Pool(PLAIN, 2, recycle=4) as pool:
        for one in pool.map([item] for item in items(reports * 3)):
            done.append(one)
            if len(done) == 5:
                os.kill(_forkserver._forkserver_pid, signal.SIGKILL)
    assert categories(done) == [None] * 36


def test_workers_are_replaced_after_a_time(reports):
    pids = set()
    with Pool(PLAIN, 1, recycle=5) as pool:
        for _ in pool.map([item] for item in items(reports)):
            pids |= {worker._process.pid for worker in pool._workers}
    assert len(pids) == 3


def test_chunks_are_asked_for_only_when_a_worker_is_free(reports):
    asked = 0

    def chunks():
        nonlocal asked
        for item in items(reports):
            asked += 1
            yield [item]

    with Pool(PLAIN, 2) as pool:
        for done, _ in enumerate(pool.map(chunks()), 1):
            assert asked <= done + 2


def test_one_network_for_all_workers_gives_the_same_records(reports):
    from gxnlp.figures.backends import load_backend
    from gxnlp.figures.tagger import default_model_path

    given = items(reports[:5])
    with Pool(ExtractorSettings(), 1) as pool:
        own = sorted(pool.map([item] for item in given))
    with Pool(ExtractorSettings(), 2, backend=load_backend(default_model_path())) as pool:
        shared = sorted(pool.map([given[:3], given[3:]]))
    assert [one.line for one in own] == [one.line for one in shared]
    assert '"figures":[{' in own[0].line


def test_a_model_that_is_not_there_ends_the_pool(reports, tmp_path):
    with Pool(ExtractorSettings(model=tmp_path), 2) as pool, pytest.raises(ModelError):
        list(pool.map([item] for item in items(reports)))


def test_no_worker_outlives_the_pool(reports, hanging):
    with Pool(PLAIN, 2) as pool:
        next(pool.map([item] for item in items([reports[0], hanging, hanging])))
        processes = [worker._process for worker in pool._workers]
    assert processes
    assert not any(process.is_alive() for process in processes)
