import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from batch_reports import SAMPLES, write_reports
from typer.testing import CliRunner

from gxnlp.batch import ExtractorSettings, run
from gxnlp.batch import ray as engine
from gxnlp.cli.main import commands
from gxnlp.errors import ConfigError, MissingExtraError

ray = pytest.importorskip("ray", reason="Ray comes with the ray extra")
pytest.importorskip("ray.data", reason="Ray Data comes with the ray extra")
psutil = pytest.importorskip("psutil")
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="named pipes hold a report back"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of files that Ray leaves open
]

PLAIN = ExtractorSettings(figures=False)
DRIVER = (
    "import sys; from gxnlp.batch import ExtractorSettings; from gxnlp.batch.ray import run;"
    "run(sys.argv[1], sys.argv[2], settings=ExtractorSettings(figures=False), workers=1, shard_size=2)"
)


@pytest.fixture(scope="module")
def cluster():
    """A cluster of this machine with two cores."""
    context = ray.init(num_cpus=2, num_gpus=0, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield context.address_info["address"]
    ray.shutdown()


@pytest.fixture
def reports(tmp_path):
    """Eight reports, the fourth empty, and the output of the local engine."""
    write_reports(tmp_path / "reports", 8)[3].write_bytes(b"")
    (tmp_path / "local").mkdir()
    run(tmp_path / "reports", tmp_path / "local" / "out.jsonl", settings=PLAIN, workers=1)
    return tmp_path / "reports", contents(tmp_path / "local")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folder(tmp_path):
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


class Held:
    """A report that whoever opens it now waits for: a named pipe in its place, which is never written to.

    Once it is put back, who opens it reads it, and who waits reads nothing: what a process that is left over reads is
    never taken from another.
    """

    def __init__(self, report):
        self._report, self._content = report, report.read_bytes()
        report.unlink()
        os.mkfifo(report)

    def is_open(self):
        """Return whether somebody waits, who goes on waiting."""
        with suppress(OSError):  # nobody reads
            self._writer = os.open(self._report, os.O_WRONLY | os.O_NONBLOCK)
            return True

    def put_back(self):
        aside = self._report.with_suffix(".aside")
        aside.write_bytes(self._content)
        aside.replace(self._report)

    def end(self):
        os.close(self._writer)


def wait_for(condition):
    deadline = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)
    return found


def actors():
    return [process for process in psutil.process_iter() if process.name().startswith("ray::MapWorker")]


def wait_until_gone(processes):
    assert processes
    assert not psutil.wait_procs(processes, timeout=60)[1]


def shards(out):
    return list(out.glob("*.parts/shard-*.jsonl"))


def test_records_and_failures_are_the_local_engine_s(cluster, tmp_path, monkeypatch):
    write_reports(tmp_path / "reports", 3)[1].write_bytes(b"")
    manifest = "path,year\n" + "".join(f"{p.name},2020\n" for p in sorted((tmp_path / "reports").iterdir()))
    (tmp_path / "reports" / "manifest.csv").write_text(manifest, "utf-8")
    monkeypatch.chdir(tmp_path)  # where the cluster does not run
    sources = ["reports/manifest.csv", SAMPLES / "2021-district.txt", SAMPLES / "2021-district.docx"]
    for name, module in (("local", run), ("there", engine.run)):
        (tmp_path / name).mkdir()
        summary = module(sources, f"{name}/out.jsonl", workers=2, shard_size=2)
        assert (summary.inputs, summary.records, summary.failures) == (5, 4, {"empty": 1})
    assert contents(tmp_path / "there") == contents(tmp_path / "local")


def test_the_shard_of_an_actor_that_dies_is_done_by_another(cluster, reports, tmp_path):
    paths, expected = reports
    out, held = folder(tmp_path), Held(paths / "0006.txt")
    running = threading.Thread(target=engine.run, args=(paths, out / "out.jsonl"), daemon=True,
                               kwargs={"settings": PLAIN, "workers": 1, "shard_size": 2})  # fmt: skip
    running.start()
    wait_for(lambda: len(shards(out)) == 3 and held.is_open())
    held.put_back()
    dying = actors()
    for actor in dying:
        actor.kill()
    wait_until_gone(dying)
    held.end()
    running.join(120)
    assert contents(out) == expected


def test_a_driver_that_is_killed_loses_nothing(cluster, reports, tmp_path):
    paths, expected = reports
    out, held = folder(tmp_path), Held(paths / "0006.txt")
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(paths), str(out / "out.jsonl")],
        env={**os.environ, "RAY_ADDRESS": cluster},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: len(shards(out)) == 3 and held.is_open())
    left = actors()
    driver.kill()
    driver.wait()
    wait_until_gone(left)  # Ray ends them
    held.put_back()
    held.end()
    assert [path.name for path in out.iterdir()] == ["out.jsonl.parts"]
    summary = engine.run(paths, out / "out.jsonl", settings=PLAIN, workers=1, resume=True)
    assert summary.resumed == 6
    assert contents(out) == expected


def test_a_gpu_that_is_not_there_and_one_that_is_not_ours_to_choose(cluster, reports, tmp_path):
    paths, _ = reports
    with pytest.raises(ConfigError, match="the device is cuda, not cuda:1"):
        engine.run(paths, tmp_path / "out.jsonl", settings=ExtractorSettings(device="cuda:1"))
    with pytest.raises(ConfigError, match="more of a GPU than 0"):
        engine.run(paths, tmp_path / "out.jsonl", gpus=0)
    with pytest.raises(ConfigError, match="has no GPU"):
        engine.run(paths, tmp_path / "out.jsonl", settings=ExtractorSettings(device="cuda"))


def test_without_ray_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"gxnlp\[ray\]"):
        engine.run("a.txt", tmp_path / "out.jsonl")


def test_the_engine_on_the_command_line(monkeypatch, tmp_path):
    (path,) = write_reports(tmp_path / "reports", 1)
    given = {}
    monkeypatch.setattr(
        engine, "run", lambda *sources, **options: given.update(options) or run(*sources, settings=PLAIN)
    )
    result = CliRunner().invoke(
        commands, ["extract", str(path), "-o", str(tmp_path / "out.jsonl"), "--engine", "ray", "-j", "1"]
    )
    assert (result.exit_code, given["workers"], (tmp_path / "out.jsonl").is_file()) == (0, 1, True)
    alone = CliRunner().invoke(commands, ["extract", str(path), "--engine", "ray"])
    assert (alone.exit_code, "--engine" in alone.output) == (2, True)
