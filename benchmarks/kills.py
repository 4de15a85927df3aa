"""A batch killed at random moments, resumed, and compared with one that nothing disturbed.

    python benchmarks/kills.py [--reports 2000] [--kills 100] [--workers 2] [--seed 0] [--no-figures] [--folder DIR]

Each kill is a SIGKILL to the run, to the run with all its processes, or to one worker (as the system does when memory
is short). A run whose own process was killed goes on with --resume; where it comes to its end before all kills are
spent, its output is compared and it begins anew. Exits with 1 where a byte differs.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from reports import hardware, make_reports

COMMAND = [sys.executable, "-c", "from gxnlp.cli import app; app()", "extract"]


def start(folder: Path, out: Path, workers: int, *options: str) -> subprocess.Popen[bytes]:
    """Start a run in a group of its own."""
    arguments = [str(folder), "-o", str(out), "--workers", str(workers), *options]
    with (out.parent.parent / "stderr.txt").open("a") as errors:
        return subprocess.Popen([*COMMAND, *arguments], stderr=errors, start_new_session=True)


def contents(out: Path) -> dict[str, bytes]:
    """Return what a finished run left: the output and the list of failures."""
    return {path.name: path.read_bytes() for path in sorted(out.parent.iterdir())}


def kill(process: subprocess.Popen[bytes], dice: random.Random) -> str:
    """Kill something of a run and say what."""
    what = dice.choice(("run", "group", "worker"))
    if what == "worker":
        # The server of the workers is a child, they are its children.
        workers = [child for child in psutil.Process(process.pid).children(recursive=True) if not child.children()]
        if workers:
            dice.choice(workers).send_signal(signal.SIGKILL)
            return what
        what = "run"
    if what == "group":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    return what


def main() -> None:
    """Run, kill, resume, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-figures", action="store_true", help="many times faster, as the network is not run")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(hardware())
    dice = random.Random(given.seed)
    plain = ["--no-figures"] if given.no_figures else []
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        folder = Path(scratch)
        for number, path in enumerate(make_reports(folder / "reports", given.reports, seed=given.seed)):
            if number % 50 == 7:
                path.write_bytes(b"")  # some fail, so that the list of failures is compared too
        outs = [folder / name / "out.jsonl" for name in ("undisturbed", "disturbed")]
        for out in outs:
            out.parent.mkdir()
        began = time.monotonic()
        start(folder / "reports", outs[0], given.workers, *plain).wait()
        seconds = time.monotonic() - began
        expected = contents(outs[0])
        print(f"undisturbed: {given.reports} reports in {seconds:.0f} s, {sorted(expected)}")

        killed: Counter[str] = Counter()
        finished = 0
        # Between kills a run gets to start its workers and to write some shards, or not.
        longest = 4 + 2 * seconds / given.kills
        process = start(folder / "reports", outs[1], given.workers, "--resume", *plain)
        while killed.total() < given.kills:
            try:
                process.wait(dice.uniform(0.1, longest))
                finished += 1
                check(expected, outs[1])
            except subprocess.TimeoutExpired:
                what = kill(process, dice)
                killed[what] += 1
                if what == "worker":
                    continue
            process = start(folder / "reports", outs[1], given.workers, "--resume", *plain)
        process.wait()
        finished += 1
        check(expected, outs[1])
        print(f"{killed.total()} kills ({dict(killed)}), {finished} runs came to their end: every byte the same")


def check(expected: dict[str, bytes], out: Path) -> None:
    """Compare an output with the undisturbed one."""
    if not out.is_file() or out.with_name("out.jsonl.parts").exists():
        sys.exit(f"a run ended by itself and unfinished: {(out.parent.parent / 'stderr.txt').read_text()[-2000:]}")
    found = contents(out)
    if found != expected:
        differing = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
        sys.exit(f"not the same: {', '.join(differing)}")


if __name__ == "__main__":
    main()
