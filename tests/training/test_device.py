import platform
import subprocess
import sys

import pytest

pytest.importorskip("torch", reason="needs the train extra")

from gxnlp.training import device


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has mallopt")
def test_freed_memory_stays_with_the_process():
    """A block that glibc would map and give back at once: once kept, its pages stay resident after it is freed."""
    program = """
import ctypes, resource, sys
from pathlib import Path
from gxnlp.training.device import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
size = 64 << 20
block = libc.malloc(size)
ctypes.memset(block, 1, size)
libc.free(block)
print(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20)
"""
    left = [
        int(subprocess.run([sys.executable, "-c", program, how], capture_output=True, check=True).stdout)
        for how in ("keep", "not")
    ]
    assert left[0] >= left[1] + 48


def test_half_precision_is_told_by_the_flags_of_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(device.sys, "platform", "linux")
    for flags, has in (("fma avx512_bf16", True), ("fma avx2", False), ("amx_bf16", True)):
        path = tmp_path / "cpuinfo"
        path.write_text(f"processor\t: 0\nflags\t\t: {flags}\n", "utf-8")
        monkeypatch.setattr(device, "Path", lambda _, path=path: path)
        assert device.cpu_has_bfloat16() is has


def test_a_device_has_a_name():
    assert "cores" in device.device_name() or device.torch.cuda.is_available()
