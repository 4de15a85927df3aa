"""Align the titles of a document's tables with a form's own sequence of titles, by monotone dynamic programming.

A form is a sequence of elements: for each table its head (captions and column titles, in any order) and its rows. A run
of title tokens (one, or several where a title is wrapped) may match an element; matches are chained so that both sides
only go forward, for the highest total of likeness less what is skipped.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from gxnlp.forms import Form, FormTable, Row
from gxnlp.forms.titles import TitleKey, bigrams, likeness, title_key
from gxnlp.tables.tokens import Token

_LONGEST_RUN = 7
_ALIKE = 0.62
_ROW, _HEAD = 2.0, 0.5
_SKIP_ROW, _SKIP_ROWS_MOST = 0.4, 3.0
_SKIP_KNOWN, _SKIP_UNKNOWN = 0.05, 0.3


@dataclass(frozen=True, slots=True)
class Element:
    """A head (``row`` is None) or a row of one table of a form."""

    table: FormTable
    table_index: int
    row: Row | None
    keys: tuple[TitleKey, ...]

    @property
    def holds_values(self) -> bool:
        """Whether it is a row that needs values."""
        return self.row is not None and (bool(self.row.name) or not self.row.heading)


@dataclass(frozen=True, slots=True)
class Plan:
    """A form made ready for alignment."""

    elements: tuple[Element, ...]
    exact: dict[str, tuple[int, ...]]
    """Elements by every key that a title of theirs has."""
    head_words: frozenset[str]
    head_text: str
    """The same, joined by line breaks."""
    heading_text: str
    """Keys of all headings, joined by line breaks: pieces of them are what is written down the side of a table."""
    section_keys: tuple[str, ...]
    spellings: tuple[tuple[str, int], ...]
    """Every key of two characters or more with its element."""
    by_bigram: dict[str, tuple[int, ...]]
    """Positions of spellings by the pairs of characters in them."""


@dataclass(frozen=True, slots=True)
class Match:
    """Title tokens ``first`` to ``last`` (positions among the titles) are the title of an element of the plan."""

    first: int
    last: int
    element: int
    score: float


@cache
def plan_of(form: Form) -> Plan:
    """Return the form's elements and the indexes over them."""
    elements: list[Element] = []
    exact: dict[str, list[int]] = defaultdict(list)
    head_words: set[str] = set()
    headings: list[str] = []
    for index, table in enumerate(form.tables):
        head = [*table.captions, *table.corner, *table.extra_columns]
        head += [t for c in table.columns for t in (*c.titles, *c.path)]
        keys = tuple(map(title_key, head))
        head_words.update(k for key in keys for k in (key.full, key.short))
        elements.append(Element(table, index, None, keys))
        for row in table.rows:
            elements.append(Element(table, index, row, tuple(map(title_key, row.titles))))
            if row.heading:
                headings += [title_key(t).full for t in row.titles]
    for number, element in enumerate(elements):
        for word in {word for key in element.keys for word in (key.full, key.short)}:
            exact[word].append(number)
    sections = tuple(title_key(t).short for t in form.sections)
    frozen = {word: tuple(numbers) for word, numbers in exact.items()}
    spellings = tuple((word, number) for word, numbers in frozen.items() for number in numbers if len(word) > 1)
    by_bigram: dict[str, list[int]] = defaultdict(list)
    for position, (word, _) in enumerate(spellings):
        for bigram in bigrams(word):
            by_bigram[bigram].append(position)
    return Plan(
        tuple(elements),
        frozen,
        frozenset(head_words),
        "\n".join(sorted(head_words)),
        "\n".join(headings),
        sections,
        spellings,
        {bigram: tuple(positions) for bigram, positions in by_bigram.items()},
    )


def is_side_piece(plan: Plan, token: Token) -> bool:
    """Whether a title token is a piece of a heading that a merged cell writes down the side."""
    key = token.key
    if key.full in plan.exact:
        return False
    return key.full in plan.heading_text if key.full else bool(key.number)


def _numbering(key: TitleKey, element: Element) -> float:
    numbers = {k.number for k in element.keys if k.number}
    if not key.number or not numbers:
        return 0.0
    return 0.3 if key.number in numbers else -0.1


def _fit(values: int, element: Element) -> float:
    """Value tokens after a row's title speak for it where they are as many as it has columns."""
    if not element.holds_values:
        return 0.0 if values == 0 else -0.1
    if values == len(element.table.columns):
        return 0.5
    return 0.25 if values else -0.2


def _is_section(key: TitleKey, plan: Plan, best: float) -> bool:
    return any(likeness(key.short, section) >= best for section in plan.section_keys)


def _candidates(plan: Plan, titles: list[Token], values: list[int], order: list[int]) -> set[Match]:
    """Return matches for runs of the titles at ``order``; ``values[i]`` counts the filled tokens after title i."""
    found: set[Match] = set()
    for at, first in enumerate(order):
        text, plain = "", True
        for last in order[at : at + _LONGEST_RUN]:
            text += titles[last].text
            if len(text) > 90:
                break
            key = title_key(text)
            counted = sum(values[first : last + 1])
            single = first == last
            numbers = plan.exact.get(key.full) or plan.exact.get(key.short) or ()
            scores = [(number, 1.0) for number in numbers]
            if not single and titles[last].key.full in plan.exact and not numbers:
                plain = False
            if not numbers and plain and len(key.short) >= 2:
                scores = _alike(plan, key)
            for number, alike in scores:
                element = plan.elements[number]
                if not element.holds_values and any(values[first:last]):
                    # Pieces of a heading down the side, with the values of rows between them.
                    continue
                weight = _HEAD * alike if element.row is None else _ROW * alike + _numbering(key, element)
                if element.row is not None:
                    weight += _fit(counted, element)
                found.add(Match(first, last, number, weight - 0.05 * (last - first)))
            if single and numbers:
                plain = False
    return found


def _alike(plan: Plan, key: TitleKey) -> list[tuple[int, float]]:
    scores: dict[int, float] = {}
    for text in {key.short, key.full}:
        pairs = bigrams(text)
        shared = Counter(position for pair in pairs for position in plan.by_bigram.get(pair, ()))
        for position, count in shared.items():
            word, number = plan.spellings[position]
            alike = min(2 * count / (len(pairs) + len(bigrams(word))), 0.99)
            if alike >= max(_ALIKE, scores.get(number, 0.0)):
                scores[number] = alike
    if not scores or _is_section(key, plan, max(scores.values())):
        return []
    return list(scores.items())


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a document's titles stand to a form.

    Attributes:
        plan: The form's elements.
        titles: The title tokens.
        matches: The chain, in order.
        score: Likeness of all matches less the titles that were skipped: what forms are compared by.
    """

    plan: Plan
    titles: list[Token]
    matches: tuple[Match, ...]
    score: float


def align(form: Form, tokens: list[Token]) -> Alignment:
    """Chain the title tokens to the form's elements.

    Args:
        form: The form.
        tokens: All tokens of the document's tables, in reading order.
    """
    plan = plan_of(form)
    titles: list[Token] = []
    values: list[int] = []
    for token in tokens:
        if token.kind == "title":
            titles.append(token)
            values.append(0)
        elif token.filled and values:
            values[-1] += 1
    side = [is_side_piece(plan, title) for title in titles]
    everything = list(range(len(titles)))
    found = _candidates(plan, titles, values, everything)
    if any(side):
        found |= _candidates(plan, titles, values, [i for i in everything if not side[i]])
    words = plan.head_words
    known = [s or t.key.full in words or t.key.short in words for s, t in zip(side, titles, strict=True)]
    chain, score = _chain(plan, sorted(found, key=lambda m: (m.first, m.last, m.element)), known)
    return Alignment(plan, titles, tuple(chain), score)


def _chain(plan: Plan, found: list[Match], known: list[bool]) -> tuple[list[Match], float]:
    skipped = [0.0]
    for is_known in known:
        skipped.append(skipped[-1] + (_SKIP_KNOWN if is_known else _SKIP_UNKNOWN))
    needed = [0.0]
    for element in plan.elements:
        must = element.holds_values and element.row is not None and not element.row.optional
        needed.append(needed[-1] + (_SKIP_ROW if must else 0.0))
    heads = [element.row is None for element in plan.elements]
    total: list[float] = []
    before: list[int] = []
    lasts, elements = [match.last for match in found], [match.element for match in found]
    bounds: list[tuple[float, int]] = []  # what a chain is worth at most where it goes on, highest first
    for number, match in enumerate(found):
        first, row = match.first, match.element
        highest = row if heads[row] else row - 1
        best, come = -skipped[first], -1
        for bound, there in bounds:
            if -bound - skipped[first] < best - 1e-9:
                break  # rows left out only cost: none of the rest is better
            if lasts[there] >= first or elements[there] > highest:
                continue
            cost = skipped[first] - skipped[lasts[there] + 1]
            if elements[there] < row:
                cost += min(needed[row] - needed[elements[there] + 1], _SKIP_ROWS_MOST)
            if total[there] - cost > best or (total[there] - cost == best and there < come):
                best, come = total[there] - cost, there
        total.append(best + match.score)
        before.append(come)
        insort(bounds, (-(total[-1] + skipped[match.last + 1]), number))
    if not found:
        return [], 0.0
    end = max(range(len(found)), key=lambda i: total[i] - (skipped[-1] - skipped[found[i].last + 1]))
    score = total[end] - (skipped[-1] - skipped[found[end].last + 1])
    chain: list[Match] = []
    while end >= 0:
        chain.append(found[end])
        end = before[end]
    return chain[::-1], score
