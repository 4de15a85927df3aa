"""HTML: the article out of its page, tables with merged cells, prose in reading order.

A page is mostly not the report. What is never content (scripts, navigation, hidden parts) is dropped first; of the
rest, the smallest element that still holds all that reads like the report is its article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from gxnlp.document import Document, Notice
from gxnlp.errors import ReadError
from gxnlp.reading.assembly import DocumentBuilder
from gxnlp.reading.html_tables import grid_cells, is_data_table
from gxnlp.reading.lines import group_lines, is_furniture, mark_of
from gxnlp.reading.section_titles import is_canonical, is_report_title
from gxnlp.view import View

_NEVER = re.compile(
    "script|style|noscript|template|head|iframe|object|embed|applet|svg|math|canvas|audio|video|map|select|option|button"
    "|input|textarea|datalist|dialog|nav|footer|aside|frameset|link|meta"
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCK = re.compile(
    "h[1-6]|address|article|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|form|header"
    "|hgroup|hr|html|legend|li|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INNER = frozenset(("p", "ul", "ol", "dl"))
_TABLE_PARTS = frozenset(("table", "thead", "tbody", "tr"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|foot|breadcrumbs?|crumbs?|sidebar|toolbar|share|bshare|copyright|login|search"
    r"|topbar|pagination|related|qrcode|friendlink)(?:$|[\s_-])",
    re.IGNORECASE,
)
_REPORT_WORDS = re.compile(r"信息公开|政务公开|主动公开|申请|条例|复议|诉讼|年度报告|行政|公开")
_FORM_WORDS = re.compile(
    r"第二十条第|本年新收|上年结转|结转下年|予以公开|结果维持|结果纠正|行政许可|统计指标|处理决定数量|申请人情况|主动公开政府信息数"
)
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


def read_html(
    text: str, data: bytes, name: str, *, encoding: str | None = None, notices: tuple[Notice, ...] = ()
) -> Document:
    """Read an HTML page.

    Args:
        text: The page, decoded.
        data: The bytes it was decoded from.
        name: The path as given, ``-``, ``<bytes>`` or ``<text>``.
        encoding: The codec it was decoded with; None for a string.
        notices: What decoding had to say.

    Raises:
        ReadError: With category ``no_text`` where the page shows no text, ``corrupt`` where it cannot be parsed.
    """
    root = _parse(text, name)
    title = _page_title(root)
    _drop_invisible(root)
    if not _weights(_body(root)):
        # Nothing that is shown reads like a report: it may stand in a part that a script unfolds.
        whole = _parse(text, name)
        _drop_invisible(whole, hidden_too=False)
        root = whole if _weights(_body(whole)) else root
    builder = DocumentBuilder()
    for notice in notices:
        builder.notice(notice.code, notice.message)
    _Walker(builder).walk(_article(root))
    return builder.build(data, name=name, format="html", encoding=encoding, title=title)


def _parse(text: str, name: str) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # Zero bytes end a document for the parser; half surrogate pairs are no text.
    source = text.replace("\0", "").encode("utf-8", "replace")
    try:
        root = lxml_html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        if not _BLANKS.sub("", re.sub(r"<[^<>]*>", "", text)):
            raise ReadError(name, "the page shows no text", "no_text") from error
        raise ReadError(name, "it cannot be parsed as HTML", "corrupt") from error
    return root


def _page_title(root: Any) -> str | None:
    """The title of the article as the page gives it: its meta data, its main heading, the window title."""
    named = [
        (str(m.get("name")).lower(), " ".join(str(m.get("content") or "").split())) for m in root.xpath("//meta[@name]")
    ]
    meta = [content for key, content in named if key == "articletitle" and content]
    headings = [" ".join(h.text_content().split()) for h in root.xpath("//h1|//h2|//h3")]
    window = [" ".join(element.text_content().split()) for element in root.xpath("//head/title")]
    candidates = [c for c in (*meta, *headings, *window) if c]
    whole = [c for c in candidates if is_report_title(View(c).text)]
    if whole:
        return whole[0]
    # The window title often adds the site: "…年度报告_某某市人民政府".
    for candidate in candidates:
        for part in re.split(r"\s*[_|\-–—>»]+\s*|\s{2,}", candidate):
            if is_report_title(View(part).text):
                return part
    return meta[0] if meta else None


def _body(root: Any) -> Any:
    return next(iter(root.xpath("//body")), root)


def _drop_invisible(root: Any, *, hidden_too: bool = True) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
            continue
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if (_NEVER.fullmatch(element.tag) or (hidden_too and hidden)) and element.tag not in ("html", "body"):
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _article(root: Any) -> Any:
    """Return the smallest element that holds (nearly) all that reads like the report."""
    body = _body(root)
    weights = _weights(body)
    total = weights.get(body, 0.0)
    article = body
    while total:
        heaviest = max(article, key=lambda child: weights.get(child, 0.0), default=None)
        if heaviest is None or not _may_hold_article(heaviest):
            break
        if weights.get(heaviest, 0.0) < 0.93 * weights[article] or _others_matter(article, heaviest, weights):
            break
        article = heaviest
    return article


def _may_hold_article(element: Any) -> bool:
    if element.tag in _TABLE_PARTS:
        return not is_data_table(element)
    return bool(_BLOCK.fullmatch(element.tag)) and element.tag not in _INNER


def _weights(body: Any) -> dict[Any, float]:
    """How much of the report each element holds: prose outside links that speaks of it, cells of its forms."""
    weights: dict[Any, float] = {}
    for element in body.iter():
        for text, owner in ((element.text, element), (element.tail, element.getparent())):
            if not text or owner is None or (owner is not element and element is body):
                continue
            weight = _weight(text, owner)
            while weight and owner is not None:
                weights[owner] = weights.get(owner, 0.0) + weight
                if owner is body:
                    break
                owner = owner.getparent()
    return weights


def _weight(text: str, owner: Any) -> float:
    stripped = _BLANKS.sub("", text)
    if len(stripped) < 2 or _in_link(owner):
        return 0.0
    if _FORM_WORDS.search(stripped):
        return 30.0
    stops = len(re.findall("[，。；、,;]", stripped))
    if len(stripped) < 12 or not stops or is_furniture(stripped):
        return 0.0
    return len(stripped) * (1.0 if _REPORT_WORDS.search(stripped) else 0.5)


def _others_matter(article: Any, heaviest: Any, weights: dict[Any, float]) -> bool:
    """Whether the article would lose part of the report if only its heaviest child were kept."""
    for child in article:
        if child is heaviest or not isinstance(child.tag, str):
            continue
        if _CHROME_NAME.search(f"{child.get('class') or ''} {child.get('id') or ''}"):
            continue
        lines = [View(text).text.strip() for text in _texts_outside_links(child)]
        if any(_is_title(line) or is_report_title(line) for line in lines):
            return True
        links = sum(len(_BLANKS.sub("", a.text_content())) for a in child.iter("a"))
        size = len(_BLANKS.sub("", child.text_content()))
        if weights.get(child, 0.0) >= 20 and links * 3 < size and _REPORT_WORDS.search(child.text_content()):
            return True
    return False


def _is_title(line: str) -> bool:
    mark = mark_of(line)
    return is_canonical(line[mark.end :] if mark else line)


def _texts_outside_links(element: Any) -> Iterator[str]:
    for inner in element.iter():
        if inner.text and not _in_link(inner):
            yield inner.text
        if inner.tail and inner is not element and not _in_link(inner.getparent()):
            yield inner.tail


def _in_link(element: Any) -> bool:
    """Whether an element stands in a link; an ``a`` that only names its place is none."""
    links = (e for e in (element, *element.iterancestors("a")) if e.tag == "a")
    return any(link.get("href") or not (link.get("name") or link.get("id")) for link in links)


class _Walker:
    """Walks an article in document order and feeds a builder; no recursion, as pages nest deeply."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._lines: list[str] = [""]
        self._linked = 0

    def walk(self, article: Any) -> None:
        from lxml import etree

        walker = etree.iterwalk(article, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                self._open(element, walker)
            else:
                self._close(element)
            if event == "end" and element is not article and element.tail:
                self._say(element.tail, element.getparent())
        self._flush()

    def _open(self, element: Any, walker: Any) -> None:
        tag = element.tag
        if tag == "table" and is_data_table(element):
            self._flush()
            caption = next(iter(element.xpath("./caption")), None)
            if caption is not None:
                self._builder.paragraph(_squeezed(caption.text_content()))
            self._builder.table(grid_cells(element))
            walker.skip_subtree()
            return
        if tag == "br":
            self._lines.append("")
        elif _BLOCK.fullmatch(tag):
            self._flush()
        if element.text:
            self._say(element.text, element)

    def _close(self, element: Any) -> None:
        if element.tag in _HEADINGS:
            self._flush(self._builder.heading)
        elif _BLOCK.fullmatch(element.tag):
            self._flush()

    def _say(self, text: str, owner: Any) -> None:
        if _in_link(owner):
            self._linked += len(_BLANKS.sub("", text))
        if owner.tag == "pre" or next(owner.iterancestors("pre"), None) is not None:
            first, *others = text.splitlines() or [""]
            self._lines[-1] += first
            self._lines += others
        else:
            self._lines[-1] += _BLANKS.sub(" ", text)

    def _flush(self, as_heading: Callable[[str], None] | None = None) -> None:
        """End the block: lines parted by <br> are grouped as lines of a text are; what is all link is a menu."""
        lines = [_BLANKS.sub(" ", line).strip() if "\t" not in line else line.strip() for line in self._lines]
        size = sum(len(_BLANKS.sub("", line)) for line in lines)
        menu = as_heading is None and self._linked * 5 > size * 4 and not _is_title(View("".join(lines)).text)
        self._lines, self._linked = [""], 0
        for kind, first, last in group_lines(lines):
            text = "\n".join(line for line in lines[first:last] if line)
            if kind == "furniture" or menu:
                self._builder.furniture(text)
            elif as_heading is not None:
                as_heading(text)
            else:
                self._builder.paragraph(text)


def _squeezed(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
