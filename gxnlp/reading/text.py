"""Plain text: the text as it is, its lines grouped into paragraphs and furniture."""

from __future__ import annotations

from gxnlp.document import Block, Document, Notice
from gxnlp.reading.assembly import assemble, make_source
from gxnlp.reading.lines import LINE_BREAK, group_lines


def read_txt(
    text: str, data: bytes, name: str, *, encoding: str | None = None, notices: tuple[Notice, ...] = ()
) -> Document:
    """Read a plain text.

    Args:
        text: The text as read, without byte order mark; line breaks of any kind stay as they are.
        data: The bytes it was decoded from (of the UTF-8 text for a string).
        name: The path as given, ``-``, ``<bytes>`` or ``<text>``.
        encoding: The codec it was decoded with; None for a string.
        notices: What decoding had to say.

    Raises:
        ReadError: With category ``no_text`` where there is nothing but furniture.
    """
    source = make_source(data, name=name, format="txt", encoding=encoding, characters=len(text))
    return assemble(text, blocks_of(text), (), source, name, notices=notices)


def blocks_of(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    r"""Return the blocks of the lines in ``text[start:end]``, in order; offsets are into ``text``.

    >>> [(b.kind, b.start, b.end) for b in blocks_of("一、概述\r\n\r\n全年公开12条。\r\n")]
    [('paragraph', 0, 4), ('paragraph', 8, 16)]
    """
    end = len(text) if end is None else end
    bounds: list[tuple[int, int]] = []
    position = start
    for match in LINE_BREAK.finditer(text, start, end):
        bounds.append((position, match.start()))
        position = match.end()
    bounds.append((position, end))
    lines = [text[a:b] for a, b in bounds]
    blocks = []
    for kind, first, last in group_lines(lines):
        opening, closing = lines[first], lines[last - 1]
        a = bounds[first][0] + len(opening) - len(opening.lstrip())
        b = bounds[last - 1][1] - (len(closing) - len(closing.rstrip()))
        blocks.append(Block(kind, a, b))
    return blocks
