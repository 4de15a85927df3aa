"""Sections of a report by title and content, not by number."""

from __future__ import annotations

from collections.abc import Sequence

from gxnlp.document import Block, Section, Table


def find_sections(text: str, blocks: Sequence[Block], tables: Sequence[Table]) -> tuple[list[Block], list[Section]]:
    """Return the blocks, section titles among them marked as headings, and the sections."""
    del tables
    return list(blocks), [Section("", "preamble", 0, len(text))] if text else []
