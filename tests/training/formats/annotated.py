"""Narratives that are hard to keep whole, and the way through a file and back."""

import itertools
import json
import tempfile
from pathlib import Path

from hypothesis import strategies as st

from gxnlp.training.formats import read_rows, write_rows
from gxnlp.training.formats.rows import Region, make_row

LOSSLESS = [
    "jsonl",
    "labelstudio",
    "labelstudio-predictions",
    "doccano",
    "doccano-characters",
    "brat",
    "conll",
    "docbin",
]
TEXT = "全年公开信息２９ 条，\r\n𠮷安镇😀网站12条；没有行政复议、行政诉讼，累计收到申请1.5万件\n"


def place(text, part, after=0):
    start = text.index(part, after)
    return start, start + len(part)


def narrative(text=TEXT, **head):
    """Two widths, blanks, \\r\\n, astral characters before figures, two labels on one span."""
    regions = [
        Region(*place(text, "２９ 条"), "items_total", {"subject": "公开信息", "score": 0.875}),
        Region(*place(text, "12条"), "items_channel", {"subject": "网站", "period": "2019"}),
        Region(*place(text, "没有"), "reviews", {"subject": "行政复议"}),
        Region(*place(text, "没有"), "lawsuits", {"subject": "行政诉讼"}),
        Region(*place(text, "1.5万件"), "requests_cumulative", {"value": "15001", "qualifier": "about"}),
    ]
    head = {"id": "吉安/2020 一", "agency": "吉安镇", "line": "town", "level": "town", "year": 2020, **head}
    return make_row(text, regions, head, "test")


def there_and_back(found, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write_rows(found, path, name)
        return read_rows(path, name)


def write_lines(path, *records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


CHARS = st.sampled_from(
    "公开条件没有0123１２９　 \t\n\r😀𠮷\u2028\x85\x1c\ufeff\u200b[]|\\#+/-年\u0301"
) | st.characters(exclude_categories=["Cs"])
LABELS = ["items_total", "reviews", "lawsuits", "other"]


@st.composite
def rows(draw, overlap=True):
    text = draw(st.lists(CHARS, max_size=25).map("".join)) + draw(st.sampled_from(["", "\r\n", "件𠮷"]))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(itertools.pairwise(cuts))  # adjacent ones among them
    if overlap and len(cuts) > 2:
        spans.append((cuts[0], cuts[-1]))
    regions = []
    for start, end in spans:
        for label in draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=2)):
            given_ = {
                "value": str(draw(st.decimals(-10, 10**9, places=2))),
                "period": draw(st.sampled_from(["year", "cumulative", "2019"])),
                "subject": draw(st.none() | st.lists(CHARS, min_size=1, max_size=4).map("".join)),
            }
            regions.append(Region(start, end, label, given_))
    return make_row(text, regions, {"id": draw(st.sampled_from(["a", "吉/安", "CON "])), "agency": "某局"}, "test")
