"""Documents made by hand, so that the tests of this folder need no reader."""

from __future__ import annotations

from gxnlp.document import Block, Document, Section, Source


def document_of(text: str, *, title: str | None = None, form_of_source: str = "txt") -> Document:
    """Make a document of one block a line; a line that starts with a Chinese number opens a section."""
    blocks, sections, position = [], [], 0
    starts: list[tuple[int, str]] = []
    for line in text.split("\n"):
        if line.strip():
            heading = line[:2] in {"一、", "二、", "三、", "四、", "五、", "六、"}
            blocks.append(Block("heading" if heading else "paragraph", position, position + len(line)))
            if heading:
                starts.append((position, line))
        position += len(line) + 1
    if starts and starts[0][0] > 0:
        sections.append(Section("", "preamble", 0, starts[0][0]))
    ends = [*(start for start, _ in starts), len(text)][1:]
    sections += [Section(line, "overview", start, end) for (start, line), end in zip(starts, ends, strict=True)]
    source = Source(None, form_of_source, "", None, None, len(text))
    return Document(text, source, tuple(blocks), (), tuple(sections), title)
