"""The annotated corpus: loading, validation, statistics, and the overlap between narratives.

``python -m gxnlp.training.corpus check annotations/narratives`` validates every mark against the grammar;
``… stats`` prints the distribution; ``… overlap`` prints how much narratives share; ``… build`` writes the stand-off
JSONL.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from gxnlp.errors import AnnotationError
from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.labels import load_labels
from gxnlp.training.inline import Narrative, parse_folder
from gxnlp.training.standoff import find_candidate, stand_off

SHINGLE = 12
"""Length in characters of the shingles that measure overlap."""


def _without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)


def problems(narrative: Narrative) -> Iterator[str]:
    """Yield what is wrong with a narrative's marks: spans the grammar does not offer, subjects not in the text."""
    candidates = find_candidates(narrative.text)
    text = narrative.text
    for mark in narrative.marks:
        span = text[mark.start : mark.end]
        context = text[max(0, mark.start - 15) : mark.end + 10].replace("\n", "⏎")
        if mark.value is None and find_candidate(mark, candidates) is None:
            near = [c.text for c in candidates if c.start < mark.end and mark.start < c.end]
            yield f"span {span!r} is no candidate of the grammar (it offers {near}) in …{context}…"
        if mark.subject and _without_blanks(mark.subject) not in _without_blanks(text):
            yield f"subject {mark.subject!r} of {span!r} is not in the text"
    if narrative.kind == "negative" and narrative.marks:
        yield "a negative narrative has marks"


def mask(narrative: Narrative) -> str:
    """Return the text with digits, the body's name and blanks taken out, for measuring overlap."""
    text = narrative.text.replace(narrative.agency, "")
    return re.sub(r"[\d\s０-９]+", "", text)


def overlaps(narratives: Sequence[Narrative]) -> dict[str, float]:
    """Return for each narrative the share of its 12-character shingles that occur in any other narrative."""
    shingles = {n.id: {m[i : i + SHINGLE] for i in range(len(m) - SHINGLE + 1)} for n in narratives if (m := mask(n))}
    owners = Counter(s for own in shingles.values() for s in own)
    return {key: sum(owners[s] > 1 for s in own) / len(own) if own else 0.0 for key, own in shingles.items()}


def print_statistics(narratives: Sequence[Narrative]) -> None:
    """Print sizes and the share of every label, line, level, kind and decade."""
    marks = [m for n in narratives for m in n.marks]
    characters = sum(len(n.text) for n in narratives)
    print(f"narratives {len(narratives)}, figures {len(marks)}, characters {characters}")
    if not marks:
        return
    print(f"figures per 1,000 characters {1000 * len(marks) / characters:.1f}")
    by_label = Counter(m.label for m in marks)
    for label in load_labels():
        print(f"  {label:24}{by_label[label]:6}{100 * by_label[label] / len(marks):7.1f} %")
    for name in ("line", "level", "kind", "year"):
        print(
            f"{name}: "
            + ", ".join(f"{k} {v}" for k, v in sorted(Counter(getattr(n, name) for n in narratives).items()))
        )
    print("period: " + ", ".join(f"{k} {v}" for k, v in Counter(m.period for m in marks).most_common(8)))


def print_overlap(narratives: Sequence[Narrative], worst: int = 5) -> None:
    """Print median and greatest overlap, and the narratives that share most."""
    shares = overlaps(narratives)
    print(f"overlap: median {statistics.median(shares.values()):.1%}, maximum {max(shares.values()):.1%}")
    for key, share in sorted(shares.items(), key=lambda item: -item[1])[:worst]:
        print(f"  {key}: {share:.1%}")


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands named in the module's docstring; return the exit code."""
    if len(arguments) < 2 or arguments[0] not in ("check", "stats", "overlap", "build"):
        print("usage: python -m gxnlp.training.corpus check|stats|overlap|build FOLDER [FILE.jsonl]", file=sys.stderr)
        return 2
    command, folder, *rest = arguments
    try:
        narratives = parse_folder(folder)
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 1
    if command == "stats":
        print_statistics(narratives)
    elif command == "overlap":
        print_overlap(narratives)
    elif command == "build":
        output = Path(rest[0] if rest else "annotations/corpus.jsonl")
        lines = [json.dumps(stand_off(n), ensure_ascii=False) + "\n" for n in narratives]
        output.write_text("".join(lines), "utf-8")
        print(f"{output}: {len(lines)} narratives")
    else:
        found = [f"{n.id}: {problem}" for n in narratives for problem in problems(n)]
        print("\n".join(found) or f"{len(narratives)} narratives, no problem")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
