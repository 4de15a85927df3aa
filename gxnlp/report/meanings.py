"""What a narrative figure says in the terms of the forms: the entries of ``meanings.toml``, matched to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from gxnlp import schema
from gxnlp.errors import FormError
from gxnlp.view import View

_BOUNDARY = re.compile(r"[,。;:!?\n()]")
_KEYS = frozenset(("label", "when", "near", "unless", "unit", "indicator", "readings", "plain", "about", "part_ok"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One entry of the data: see the head of ``meanings.toml`` for what each part says."""

    label: str
    indicator: str
    readings: tuple[tuple[str, ...], ...]
    when: re.Pattern[str] | None
    near: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    unit: re.Pattern[str] | None
    plain: re.Pattern[str] | None
    about: re.Pattern[str] | None
    part_ok: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What one figure says of one indicator.

    Attributes:
        indicator: The indicator that it speaks of.
        readings: Sums of indicators that it may be compared with, the likeliest first.
        firm: Whether it speaks of the whole, so that a difference from the table is a conflict. A claim that is not
            firm counts only where it agrees.
    """

    indicator: str
    readings: tuple[tuple[str, ...], ...]
    firm: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around a figure, folded.

    ``clause`` is what stands between the marks before and after it, ``before`` the sentence up to it, and ``subject``
    the words that say what is counted.
    """

    subject: str
    clause: str
    before: str
    sentence: str


class Meanings:
    """The entries of a data file.

    Args:
        data: The file's content.

    Raises:
        FormError: The data is malformed.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        everywhere = data["everywhere"]
        self._narrow = re.compile(data["narrow"])
        self._part = re.compile("其中")
        self._by_label: dict[str, list[Meaning]] = {}
        for number, entry in enumerate(data["meaning"], start=1):
            if unknown := sorted(entry.keys() - _KEYS):
                raise FormError(f"meaning {number}: unknown {unknown}")
            try:
                meaning = self._meaning(entry, everywhere)
            except (KeyError, re.error) as error:
                raise FormError(f"meaning {number}: {error!r}") from error
            self._by_label.setdefault(meaning.label, []).append(meaning)

    @staticmethod
    def _meaning(entry: Mapping[str, Any], everywhere: str) -> Meaning:
        def pattern(key: str) -> re.Pattern[str] | None:
            return re.compile(entry[key]) if key in entry else None

        plain = re.compile(f"(?:{entry['plain']}|{everywhere}|[、的之内外年月\\d\\W])*") if "plain" in entry else None
        return Meaning(
            label=entry["label"],
            indicator=entry["indicator"],
            readings=tuple(tuple(r) for r in entry.get("readings", [[entry["indicator"]]])),
            when=pattern("when"),
            near=pattern("near"),
            unless=pattern("unless"),
            unit=re.compile(f"(?:{entry['unit']})?") if "unit" in entry else None,
            plain=plain,
            about=pattern("about"),
            part_ok=entry.get("part_ok", False),
        )

    @property
    def indicators(self) -> frozenset[str]:
        """Every indicator that an entry names, sums with ``*`` left out."""
        named = (m for entries in self._by_label.values() for m in entries)
        return frozenset(n for m in named for n in (m.indicator, *(x for r in m.readings for x in r)) if "*" not in n)

    def claim_of(self, figure: schema.Figure, words: Words) -> Claim | None:
        """Return what a figure says of the forms' indicators, or None where it speaks of something else."""
        said = f"{words.subject} {words.clause}"
        for meaning in self._by_label.get(figure.label, ()):
            if meaning.when and not meaning.when.search(said):
                continue
            if meaning.near and not meaning.near.search(said) and not meaning.near.search(words.before):
                continue
            if meaning.unless and meaning.unless.search(said):
                continue
            if meaning.unit and not meaning.unit.fullmatch(figure.unit):
                continue
            firm = self._is_firm(meaning, words, denied=figure.implied)
            return Claim(meaning.indicator, meaning.readings, firm)
        return None

    def _is_firm(self, meaning: Meaning, words: Words, *, denied: bool) -> bool:
        if meaning.plain is None or not meaning.plain.fullmatch(words.subject):
            return False
        if meaning.about and not denied and not meaning.about.search(words.sentence):
            return False
        clause = self._part.sub("", words.clause) if meaning.part_ok else words.clause
        return not self._narrow.search(clause)


def words_around(view: View, figure: schema.Figure) -> Words:
    """Return the words around a figure.

    Args:
        view: View of the document's text.
        figure: The figure.
    """
    start, end = view.view_offset(figure.start), view.view_offset(figure.end)
    first, last = view.view_offset(figure.sentence_start), view.view_offset(figure.sentence_end)
    before = view.text[first:start]
    left = _BOUNDARY.split(before)[-1]
    after = view.text[end:last]
    right = _BOUNDARY.split(after)[0]
    # What follows a number says what is counted (4次新闻发布会) unless it leads to the next number.
    clause = left if re.search(r"\d", right) else left + right
    subject = View(figure.subject).text if figure.subject else re.sub(r".*[\d年]|^其中", "", clause)
    return Words(subject=subject, clause=clause, before=before, sentence=view.text[first:last])


@cache
def default_meanings() -> Meanings:
    """Return the entries that ship with the package."""
    text = resources.files(__package__).joinpath("meanings.toml").read_text("utf-8")
    return Meanings(tomllib.loads(text))


def fits(value: Decimal, figure: schema.Figure) -> bool:
    """Whether a table's value is what a figure says, as exactly as the figure says it.

    >>> figure = schema.Figure(label="requests_received", text="100余件", start=0, end=5, value=Decimal(100), unit="件",
    ...                        qualifier=schema.Qualifier.MORE_THAN, sentence_start=0, sentence_end=5)
    >>> fits(Decimal(104), figure), fits(Decimal(99), figure)
    (True, False)
    """
    match figure.qualifier:
        case schema.Qualifier.MORE_THAN:
            return value > figure.value
        case schema.Qualifier.AT_LEAST:
            return value >= figure.value
        case schema.Qualifier.LESS_THAN:
            return value < figure.value
        case schema.Qualifier.AT_MOST:
            return value <= figure.value
        case schema.Qualifier.ABOUT:
            return abs(value - figure.value) * 10 <= figure.value
        case _:
            return value == figure.value
