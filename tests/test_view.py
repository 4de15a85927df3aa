from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.view import View, simplify

AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("０９２０２３年⺠⾏⻚⼈〇○々 \u3000\xa0\t\r\n\u200b\ufeff㎡㈠⑴①²½—－…*條關開後裏〔〕（）％，"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("２０２３年１２月", "2023年12月"),
        ("⼈⺠政府⾏政机关⻓期⻚", "人民政府行政机关长期页"),
        ("主動公開政府資訊條數", "主动公开政府资讯条数"),
        ("总\u200b计\ufeff", "总计"),
        ("共 29 条", "共29条"),
        ("总　　计", "总计"),
        ("0 1 2", "0 1 2"),
        ("（一）予以公开：５％", "(一)予以公开:5%"),
        ("①②²½㎡㈠⑴", "①②²½㎡㈠⑴"),
        ("0592—2896870", "0592-2896870"),
        ("二○二三年、二〇〇九年", "二〇二三年、二〇〇九年"),
        ("○主动公开", "○主动公开"),
        ("时时々", "时时时"),
        ("共**12**条", "共12条"),
        ("138****1234", "138****1234"),
        ("上午9∶30", "上午9:30"),
        ("行 \r\n 次", "行\n次"),
        ("\ud800字\x00", "\ufffd字"),
    ],
)
def test_folding(source: str, folded: str) -> None:
    assert View(source).text == folded


def test_joined_lines() -> None:
    assert View("商业\r\n企业", join_lines=True).text == "商业企业"
    assert View("12\n34", join_lines=True).text == "12\n34"


@given(AWKWARD, st.booleans())
def test_view_keeps_the_way_back(text: str, join_lines: bool) -> None:
    view = View(text, join_lines=join_lines)
    assert len(view) <= len(text)
    assert view.is_monotone()
    for position in range(len(view)):
        start, end = view.source_span(position, position + 1)
        assert end == start + 1
        assert view.view_offset(start) == position
    assert view.source_span(0, len(view))[1] <= len(text)


@given(AWKWARD, st.data())
def test_source_span_round_trip(text: str, data: st.DataObject) -> None:
    view = View(text)
    start = data.draw(st.integers(0, len(view)))
    end = data.draw(st.integers(start, len(view)))
    source_start, source_end = view.source_span(start, end)
    assert 0 <= source_start <= source_end <= len(text)
    if end > start:
        assert (view.view_offset(source_start), view.view_offset(source_end)) == (start, end)
    else:
        assert source_start == source_end


@given(AWKWARD)
def test_line_breaks_survive(text: str) -> None:
    assert View(text).text.count("\n") == text.count("\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_simplify_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)
