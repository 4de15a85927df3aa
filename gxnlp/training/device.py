"""The machine that training runs on: what it is, what it is good at, and how its memory is kept."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from pathlib import Path

import torch

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # M_TRIM_THRESHOLD and M_MMAP_MAX of glibc's malloc.h
_HALF_FLAGS = frozenset(("avx512_bf16", "amx_bf16", "bf16"))  # x86 twice, ARM


def keep_freed_memory() -> bool:
    """Have glibc keep the memory that this process frees; return whether it does.

    The tensors of training change their shape at every step. By default glibc maps each large one anew and gives it
    back to the kernel, which then clears the same pages again and again: more work than the arithmetic.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, -1))  # -1: never


def cpu_has_bfloat16() -> bool:
    """Return whether the CPU multiplies bfloat16 itself; where it does not, torch imitates it at a great cost."""
    info = Path("/proc/cpuinfo")
    if not sys.platform.startswith("linux") or not info.is_file():
        return False
    lines = info.read_text("utf-8", "replace").splitlines()
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not _HALF_FLAGS.isdisjoint(flags.split())


def half_precision() -> bool:
    """Return whether training in bfloat16 pays on the device that torch will use."""
    return bool(torch.cuda.is_bf16_supported()) if torch.cuda.is_available() else cpu_has_bfloat16()


def device_name() -> str:
    """Return the device in words, for estimates, recipes and cards."""
    if torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8", "replace").splitlines() if info.is_file() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    name = model or platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} of {os.cpu_count()} cores"
