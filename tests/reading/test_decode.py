from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.errors import ReadError
from gxnlp.reading.decode import declared_codec, decode, plausibility

SIMPLIFIED = "某某县水利局2023年政府信息公开工作年度报告。\r\n全年主动公开政府信息35条，收到申请2件，均已按时答复。"
TRADITIONAL = "某某縣水利局2023年政府資訊公開工作年度報告。\r\n全年主動公開政府資訊35條，收到申請2件，均已按時答覆。"


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED + "㛃𠮷", "gb18030", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "cp950"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        ("全年主动公开政府信息三十五条", "utf-16-le", "utf-16-le"),
        ("全年主动公开政府信息三十五条", "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        ("plain ASCII text, 12 items", "ascii", "utf-8"),
    ],
)
def test_codecs(text: str, codec: str, expected: str) -> None:
    decoded = decode(text.encode(codec), "a.txt")
    assert decoded.text == text
    assert decoded.encoding == expected
    assert decoded.notices == ()


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "big5", "iso-8859-1", "nonsense"])
def test_declaration_is_believed_only_where_it_reads_well(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{SIMPLIFIED}</p></body></html>'
    assert decode(page.encode("gbk"), "a.html").text == page
    assert decode(page.encode("utf-8"), "a.html").text == page


def test_declared_big5_wins_over_gb18030() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>縣</p>'
    assert decode(page.encode("big5"), "a.html").text == page


def test_declared_codec() -> None:
    assert declared_codec(b'<?xml version="1.0" encoding="GBK"?>') == "gb18030"
    assert declared_codec(b"<p>charset=gbk</p>") is None


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_text_cut_off_within_a_character(codec: str) -> None:
    data = (SIMPLIFIED * 10 + "末").encode(codec)[:-1]
    decoded = decode(data, "a.txt")
    assert decoded.text.startswith(SIMPLIFIED)
    assert decoded.encoding == codec
    assert [notice.code for notice in decoded.notices] == ["damaged_text"]


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (bytes(range(256)) * 8, "binary"),
        (b"\0\1\2\3" * 100, "binary"),
        (b"\x81\x20\xff\xfe\x90" * 100, "encoding"),
        (b"\xff\xfe" + b"\0\xd8" * 50, "encoding"),
    ],
)
def test_what_is_no_text(data: bytes, category: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data, "a.txt")
    assert caught.value.category == category


def test_plausibility_tells_codecs_apart() -> None:
    data = TRADITIONAL.encode("big5")
    assert plausibility(data.decode("cp950")) > 3 * plausibility(data.decode("gb18030", "replace"))


@given(
    st.text(alphabet="政府信息公开工作年度报告主动申请办理条件的0123456789，。、\r\n", min_size=12),
    st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "utf-16"]),
)
def test_text_comes_back_as_written(text: str, codec: str) -> None:
    assert decode(text.encode(codec), "a.txt").text == text


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_typed_error(data: bytes) -> None:
    try:
        outcome = decode(data, "a.txt").encoding
    except ReadError as error:
        outcome = error.category
    assert outcome
