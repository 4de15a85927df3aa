"""Where verbs write: standard output or a file that appears whole or not at all, and complaints on standard error."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def complain(message: str) -> None:
    """Say on standard error what went wrong."""
    print(f"gxnlp: {message}", file=sys.stderr, flush=True)


@contextmanager
def opened(out: Path | None) -> Iterator[IO[str]]:
    """Open standard output, or a file that takes the place of ``out`` only once all is written.

    Args:
        out: The file, None for standard output.

    Raises:
        OSError: The file's folder cannot be written to.
    """
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    if out.exists() and not out.is_file():  # a device or a pipe cannot be replaced
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        mode = out.stat().st_mode & 0o777 if out.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
        temporary.replace(out)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
