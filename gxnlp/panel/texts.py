"""The prose of a report, read again from its source: records hold places in the text, not the text itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gxnlp.document import Document
from gxnlp.panel.reduction import Report
from gxnlp.view import View

_HIDDEN = str.maketrans({"\r": "\u200b", "\n": "\u200b"})


@dataclass(frozen=True, slots=True)
class Prose:
    """The paragraphs of a report, folded, with the way back to offsets of the text as read."""

    view: View

    @property
    def text(self) -> str:
        """The folded prose; a line break, or several, between paragraphs."""
        return self.view.text

    def passage(self, start: int, end: int) -> str:
        """Return what stands, folded, between two offsets of the text as read; '' outside of paragraphs."""
        return self.text[self.view.view_offset(start) : self.view.view_offset(end)].strip()


FindProse = Callable[[Report], Prose | None]


def prose_of(document: Document) -> Prose:
    """Return the prose of a document: its paragraphs, without headings, tables and page furniture."""
    pieces: list[str] = []
    position = 0
    for block in sorted(document.blocks, key=lambda block: block.start):
        if block.kind == "paragraph" and block.start >= position:
            # As long as the text, so that offsets stay; a paragraph's own line breaks do not part it.
            inside = document.text[block.start : block.end].translate(_HIDDEN)
            pieces += ("\n" * (block.start - position), inside)
            position = block.end
    return Prose(View("".join(pieces)))


def read_prose(report: Report) -> Prose | None:
    """Read the prose of a report from its source file.

    Args:
        report: The report; a path that is not absolute counts from the working folder, then from the records' folder.

    Returns:
        Its prose; None where there is no such file, where it is another file by now, or where it cannot be read.
    """
    from gxnlp.reading import read

    if not report.path or report.path == "-":
        return None
    for path in (Path(report.path), Path(report.entry_file).parent / report.path):
        try:
            data = path.read_bytes()
        except (OSError, ValueError):
            continue
        if hashlib.sha256(data).hexdigest() != report.sha256:
            continue
        try:
            document = read(path)
        except Exception:  # a report that shows a bug must not cost the panel
            return None
        # Read under other settings, or by another version, offsets would point elsewhere.
        return prose_of(document) if document.source.characters == report.characters else None
    return None
