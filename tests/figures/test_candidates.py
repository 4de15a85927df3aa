import json
from decimal import Decimal
from pathlib import Path

import pytest

from gxnlp.figures.candidates import find_candidates

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD = sorted((SHARED / "gold").glob("*.figures.json"))


@pytest.mark.skipif(not GOLD, reason="needs the annotated reports in ../shared")
@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.name[:3])
def test_every_gold_figure_is_a_candidate(gold: Path) -> None:
    text = (SHARED / "seeds" / gold.name.replace(".figures.json", ".txt")).read_bytes().decode("utf-8")
    found = {(c.start, c.end): (c.value, c.unit, c.qualifier.value) for c in find_candidates(text)}
    for figure in json.loads(gold.read_text("utf-8")):
        expected = (Decimal(figure["value"]), figure["unit"], figure["qualifier"])
        assert found.get((figure["start"], figure["end"])) == expected, figure
