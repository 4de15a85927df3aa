import pytest
from annotated import CHARS
from hypothesis import given, settings
from hypothesis import strategies as st

from gxnlp.errors import AnnotationError
from gxnlp.training.formats.counting import Counting, align, character_offsets, unit_offsets


@settings(max_examples=60, deadline=None)
@given(st.lists(CHARS).map("".join), st.sampled_from(Counting))
def test_counting_goes_there_and_back(text, counting):
    offsets = unit_offsets(text, counting)
    back = character_offsets(text, counting)
    for index, offset in enumerate(offsets):
        between = text[back(offset, "x") : index]
        assert between in ("", "\r")


def test_align_reports_the_span_as_counted_in_characters():
    with pytest.raises(AnnotationError, match="x: span 0-1 covers '甲', not '乙'"):
        align("甲乙", [(0, 1, "乙")], "x")
