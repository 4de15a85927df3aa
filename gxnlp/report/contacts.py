"""Address, phone, postcode, e-mail and website of a body, as the report writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gxnlp.view import View

_NUMBER = (
    r"(?:\(?0\d{2,3}\)?[- ]{0,3}\d{3,4}[- ]?\d{4}|1[3-9]\d[- ]?\d{4}[- ]?\d{4}|"
    r"[48]00-?\d{3,4}-?\d{3,4}|\d{7,8}|12345)(?!\d)"
)
_EXTENSION = r"(?:(?:-|转|/)\d{1,6}(?!\d))*"
_PHONE = re.compile(
    rf"(?<!热线)(?<!举报)(?<!投诉)(?<!监督)(?:电话号码|电话/传真|电话\(传真\)|电话及传真|电话|联系方式|手机|Tel\.?|TEL)"
    rf"(?:为|是|号码)?\s*:?\s*(?P<value>{_NUMBER}{_EXTENSION}(?:\s*(?:[,、;/]|或者?|和|及)\s*{_NUMBER}{_EXTENSION})*)"
)
_POSTCODE = re.compile(r"(?:邮政?编码?|邮编号码|P\.?C\.?)(?:为|是)?\s*:?\s*(?P<value>\d{6}|\d(?: \d){5})(?!\d)")
# Lengths are bounded, as a page may hold runs of any length that only look like the start of an address.
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])(?P<value>[A-Za-z0-9_.+-]{1,64}\s?@\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})"
)
_URL = re.compile(
    r"(?P<value>(?:https?://|(?<![\w.-])www\.|(?<![\w@.-])(?=[a-z0-9.-]{4,40}\.gov\.cn))[a-z0-9.-]{1,120}(?::\d{1,5})?"
    r"(?:/[a-z0-9._~%/?#&=+-]{0,400})?)",
    re.IGNORECASE,
)
_LABELLED_ADDRESS = re.compile(
    r"(?<!邮件)(?<!邮箱)(?<!网站)(?<!网络)(?:地址|住所|地点|通讯处)(?:为|是|位于|在)?\s*:?\s*(?P<value>[^,。;:\n|]{4,60}?)"
    r"(?=[,。;\n|]|(?:联系|咨询|办公)?电话|邮政?编码?|电子|传真|办公时间|联系|网址|E-?mail|$)"
)
_PLACE_WORD = re.compile(r"路|街|大道|巷|胡同|号|楼|大厦|村|广场|大院|中心|栋|层|室|弄|院内|小区")
_BARE_ADDRESS = re.compile(
    r"[(,:]\s*(?P<value>[^\W\d_][^,。;:()\n]{3,50}?(?:\d\s*[号楼层室栋]|[楼号]|大厦|大院|院内|中心)[^,。;:()\n]{0,12})"
    r"(?=\)?\s*[,。;]?\s*\(?(?:联系|咨询)?(?:电话|邮编|邮政编码|电子|传真))"
)
_NO_ADDRESS = re.compile(r"网|www|http|@|请|联系|咨询|获取|查询|办理")
_FOOTER = re.compile(
    r"版权所有|主办单位?:|主办:|承办:|ICP备|公网安备|网站标识码|技术支持|Copyright|©|您是第|访问量", re.IGNORECASE
)
_OF_A_CLERK = re.compile(r"填报人|审核人|填表人|单位负责人|填报日期")
_ABOUT_SITE = re.compile(r"网站|网址|门户|下载|查阅|查询|登录|浏览|访问|网上|平台|公开网|信息网|政府网")


@dataclass(frozen=True, slots=True)
class Contacts:
    """How to reach a body, each as written in the source (line breaks taken out), None where not given."""

    address: str | None = None
    phone: str | None = None
    postcode: str | None = None
    email: str | None = None
    website: str | None = None

    def any(self) -> bool:
        """Whether anything but the website is known."""
        return any((self.address, self.phone, self.postcode, self.email))


def _balanced(value: str) -> str:
    """Cut a value at the bracket that closes what was opened before it."""
    depth = 0
    for position, char in enumerate(value):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return value[:position]
    return value if depth == 0 else value[: value.rindex("(")]


class _Finder:
    """Looks for contacts within one stretch of a view and writes them as the source does."""

    def __init__(self, source: str, view: View) -> None:
        self._source = source
        self._view = view

    def _written(self, match: re.Match[str]) -> str | None:
        start = match.start("value")
        value = _balanced(match["value"]).rstrip(" -")
        first, last = self._view.source_span(start, start + len(value))
        return re.sub(r"\s*[\r\n]\s*", "", self._source[first:last]).strip() or None

    def _first(
        self, pattern: re.Pattern[str], start: int, end: int, about: re.Pattern[str] | None = None
    ) -> str | None:
        for match in pattern.finditer(self._view.text, start, end):
            if about is None or about.search(self._view.text, max(start, match.start() - 40), match.start()):
                return self._written(match)
        return None

    def _address(self, start: int, end: int) -> str | None:
        for pattern in (_LABELLED_ADDRESS, _BARE_ADDRESS):
            for match in pattern.finditer(self._view.text, start, end):
                if _PLACE_WORD.search(match["value"]) and not _NO_ADDRESS.search(match["value"]):
                    return self._written(match)
        return None

    def find(self, start: int, end: int) -> Contacts:
        """Find the first of each kind between two offsets of the view."""
        return Contacts(
            address=self._address(start, end),
            phone=self._first(_PHONE, start, end),
            postcode=self._first(_POSTCODE, start, end),
            email=self._first(_EMAIL, start, end),
            website=self._first(_URL, start, end, _ABOUT_SITE),
        )


def _merged(first: Contacts, second: Contacts) -> Contacts:
    missing = {k: getattr(second, k) for k in Contacts.__slots__ if getattr(first, k) is None}
    return replace(first, **missing)


def find_contacts(source: str, view: View, preamble_end: int, prose: Iterable[tuple[int, int]]) -> Contacts:
    """Find the contacts of the body: from the preamble, else from the prose, else from the page's footer.

    Args:
        source: The text as read.
        view: Its view, lines kept.
        preamble_end: Offset in the view where the first section begins.
        prose: Ranges of the view that hold prose after the preamble, tables left out.

    Returns:
        What was found, as the source writes it.
    """
    finder = _Finder(source, view)
    found = finder.find(0, preamble_end)
    footer = Contacts()
    for start, end in prose:
        start = max(start, preamble_end)
        if start >= end or _OF_A_CLERK.search(view.text, start, end):
            continue
        here = finder.find(start, end)
        if _FOOTER.search(view.text, start, end):
            footer = _merged(footer, here)
        elif here.any():
            found = _merged(found, here)
    return found if found.any() else _merged(found, replace(footer, website=None))
