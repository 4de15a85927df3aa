"""The character vocabulary of the tagger: one row a character of the normalised view."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gxnlp.errors import ModelError

PAD, UNKNOWN, START, SEPARATOR, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIALS = (PAD, UNKNOWN, START, SEPARATOR, MASK)
NEWLINE = "\\n"
"""How a line break is written in ``vocab.txt``."""


class Vocabulary:
    """Maps characters to rows of the embedding and back; characters it lacks become ``[UNK]``.

    Args:
        entries: The special tokens first, in the order of ``SPECIALS``, then single characters.

    Raises:
        ModelError: The special tokens are missing or an entry occurs twice.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self.entries = tuple(entries)
        if self.entries[: len(SPECIALS)] != SPECIALS:
            raise ModelError(f"a vocabulary starts with {', '.join(SPECIALS)}")
        self._ids = {entry: i for i, entry in enumerate(self.entries)}
        if len(self._ids) != len(self.entries):
            raise ModelError("a vocabulary entry occurs twice")
        self.pad, self.unknown, self.start, self.separator, self.mask = range(len(SPECIALS))

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, char: str) -> bool:
        return char in self._ids

    def encode(self, text: str) -> list[int]:
        """Return one id a character."""
        get, unknown = self._ids.get, self.unknown
        return [get(char, unknown) for char in text]

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Read ``vocab.txt``: an entry a line, a line break written as backslash n.

        Raises:
            ModelError: The file is missing or not a vocabulary.
        """
        path = Path(path)
        if not path.is_file():
            raise ModelError(f"no vocabulary at {path}")
        lines = path.read_text("utf-8").split("\n")
        return cls("\n" if line == NEWLINE else line for line in (lines[:-1] if lines[-1] == "" else lines))

    def save(self, path: str | Path) -> None:
        """Write the vocabulary so that :meth:`load` reads it back."""
        lines = [NEWLINE if entry == "\n" else entry for entry in self.entries]
        Path(path).write_text("\n".join(lines) + "\n", "utf-8")
