"""What a batch is made of: one report to read, and what the caller knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One report to read.

    Attributes:
        index: Its position in the batch, from 0; output keeps this order.
        path: The file.
        columns: What the manifest says of it (body, region, year, url, anything else), as written.
        folder: Where a relative path starts, for processes that run elsewhere; empty is where the process runs.
        data: The report itself, bytes or text, where it is at hand; the path is its name then, and is not opened.
    """

    index: int
    path: str
    columns: dict[str, str] = field(default_factory=dict)
    folder: str = ""
    data: bytes | str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        r"""The path as text: what is no valid character in it is spelt out (``\xc4``), as old archives leave names."""
        return self.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
