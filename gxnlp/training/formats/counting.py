r"""How other tools count characters, and how their offsets become ours.

Python counts code points. JavaScript counts UTF-16 code units, so that every character beyond the basic plane (rare
Han characters, emoji) counts two. Tools that read a file with its line ends folded count ``\r\n`` as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from gxnlp.errors import AnnotationError


class Counting(StrEnum):
    """What an offset counts."""

    CHARACTERS = "characters"
    UTF16 = "utf-16"
    CHARACTERS_FOLDED = "characters, \\r\\n as one"
    UTF16_FOLDED = "utf-16, \\r\\n as one"


def unit_offsets(text: str, counting: Counting) -> list[int]:
    """Return the tool's offset of every character and of the end of a text.

    >>> unit_offsets("𠮷1件", Counting.UTF16)
    [0, 2, 3, 4]
    """
    wide = counting in (Counting.UTF16, Counting.UTF16_FOLDED)
    folded = counting in (Counting.CHARACTERS_FOLDED, Counting.UTF16_FOLDED)
    offsets = [0]
    for index, char in enumerate(text):
        width = 2 if wide and ord(char) > 0xFFFF else 1
        if folded and text[index : index + 2] == "\r\n":
            width = 0
        offsets.append(offsets[-1] + width)
    return offsets


def character_offsets(text: str, counting: Counting) -> Callable[[int, str], int]:
    """Return what turns a tool's offset into an offset in characters.

    The callable takes the offset and, for messages, the file and record; it raises :class:`AnnotationError` where the
    offset lies outside the text or splits a character.
    """
    places: dict[int, int] = {}
    for index, offset in enumerate(unit_offsets(text, counting)):
        places.setdefault(offset, index)

    def place(offset: int, where: str) -> int:
        if type(offset) is not int:
            raise AnnotationError(f"{where}: an offset is not a whole number: {offset!r}")
        if offset not in places:
            if 0 <= offset <= max(places):
                raise AnnotationError(f"{where}: offset {offset} splits a character (counting {counting})")
            raise AnnotationError(f"{where}: offset {offset} lies outside the text of {max(places)} ({counting})")
        return places[offset]

    return place


def same_text(covered: str, recorded: str) -> bool:
    r"""Tell whether a span is what a tool recorded of it; tools fold and drop blanks and line breaks.

    >>> same_text("1\r\n2 件", "12 件")
    True
    """
    return "".join(covered.split()) == "".join(recorded.replace("\\n", "").replace("\\r", "").split())


def align(text: str, spans: Sequence[tuple[int, int, str | None]], where: str) -> list[tuple[int, int]]:
    """Return spans in characters, by the one way of counting under which they cover what the tool recorded of them.

    Args:
        text: The text.
        spans: Start, end and the recorded characters (None where the tool recorded none) of each span.
        where: File and record, for messages.

    Raises:
        AnnotationError: Under no way of counting does every span cover its recorded characters; the message shows the
            first span that differs, counted in characters.
    """
    first_error: AnnotationError | None = None
    for counting in Counting:
        place = character_offsets(text, counting)
        try:
            return [_checked(text, place(start, where), place(end, where), said, where) for start, end, said in spans]
        except AnnotationError as error:
            first_error = first_error or error
    assert first_error is not None  # noqa: S101 - there is at least one way of counting
    raise first_error


def _checked(text: str, start: int, end: int, recorded: str | None, where: str) -> tuple[int, int]:
    if recorded is not None and not same_text(text[start:end], recorded):
        raise AnnotationError(f"{where}: span {start}-{end} covers {text[start:end]!r}, not {recorded!r}")
    return start, end
