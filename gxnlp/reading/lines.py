"""Lines of text: their marks (一、 （一） 1.), page furniture, and which lines are one paragraph broken in two.

Text files, pages pasted with line breaks and PDFs all come as lines; what a line is and whether it goes on in the next
is decided here for all of them. Lines are looked at in the normalised view.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gxnlp.document import BlockKind
from gxnlp.reading.section_titles import is_canonical
from gxnlp.view import View

MarkStyle = Literal["part", "chinese", "roman", "paren", "arabic", "item"]

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_CHINESE = "[一二三四五六七八九十]{1,3}"
_MARKS: tuple[tuple[MarkStyle, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第({_CHINESE}|\d{{1,2}})(?:部分|章|篇)[、:,.]?")),
    ("chinese", re.compile(rf"({_CHINESE})(?:[、.,:·]|。(?=.))")),
    ("paren", re.compile(rf"(?:\(({_CHINESE})\)|({_CHINESE})\)|([㈠-㈩]))[、.]?(?![项款])")),
    ("arabic", re.compile(r"(?:(\d{1,2}) ?(?:、|\.(?!\d))|([⒈-⒛]))")),
    ("roman", re.compile(r"([IVX]{1,4})[、.]")),
    ("item", re.compile(r"(?:\((\d{1,2})\)|(\d{1,2})\)|([①-⑳⑴-⒇]))[、.]?(?![项款])")),
)

_BULLETS = "-*+•●·◆■▪○◇□☆★"
_SHORT = 60  # characters of a line that is worth remembering
_CLOSING = ",。;、)》”%"
_TERMINAL = re.compile(r"[。!?;:….][”’\"')》]*$")
_LABEL = re.compile(r"[^:,。;]{2,10}:")
_FRESH = re.compile(r"\d{4}年|[一二三四五六七八九]是|下一步|同时|此外|目前|特此|附[件表:]|联系|地址|电话")
_NUMBER_ALONE = re.compile(r"\d[\d,.]*[万亿%]?")
_UNIT_THEN_MORE = re.compile(r"[条件个次份篇项名人期场万亿元余多户家](?=.*[,。;、]|.{4})")
_TITLE_END = re.compile(r"(?:情况|事项|问题|措施|概述|统计表|报告|打算|方向|计划|建议)$")

_PAGE_NUMBER = re.compile(
    r"[-~·.]{1,3} ?\d{1,4} ?[-~·.]{1,3}"
    r"|(?:第\d{1,4}页)?[,;/|]?(?:[共总]\d{1,4}页)|第\d{1,4}页|\d{1,4} ?/ ?\d{1,4}页?|\d{1,4}页"
    r"|[Pp]age ?\d+(?: ?(?:of|/) ?\d+)?"
)
_CHROME_START = re.compile(
    r"(?:版权所有|版权归|copyright|©|主办单位|主办:|承办单位|承办:|技术支持|网站标识码|网站地图|政府网站找错|建议使用"
    r"|网站管理|运行维护|维护单位|备案号|[\u4e00-\u9fff]{0,3}icp备|[\u4e00-\u9fff]?公网安备"
    r"|当前位置|您?(?:现在)?的?位置:|您(?:现在)?所?在的?位置|首页[>»|-]"
    r"|上一[篇条页]|下一[篇条页]|相关(?:链接|文章|新闻|稿件|附件)|友情链接|扫一扫|扫描二维码|分享[到至:]|分享$"
    r"|(?:发布|发文|更新|成文|生成|公开)(?:时间|日期):|(?:文章|信息|稿件)?来源:|索引号|信息索引|责任编辑|编辑:|作者:"
    r"|发布(?:机构|单位|者|人):|信息(?:类别|分类|名称):|字[体号]:|【?字[体号]|\[?字[体号]"
    r"|.{0,4}(?:浏览|访问|阅读|点击|查看|阅览)(?:次数|量|数|率|人数)?:?【?\d)",
    re.IGNORECASE,
)
_CHROME_WHOLE = re.compile(
    r"[【\[(<]?(?:打印(?:本页|此页|本文|文章|页面)?|关闭(?:本页|窗口|页面)?|返回(?:顶部|首页|列表|上一页)?|收藏(?:本页)?|加入收藏|设为首页"
    r"|我要(?:打印|纠错|收藏)|纠错|分享|下载(?:附件|全文)?|保存|大中小|[大中小]|登录|注册|立即注册|用户登录|账号登录|密码登录|忘记密码\??"
    r"|(?:账号|手机|用户名|短信|验证码)\+?(?:密码|验证码)?登录|还没有账号\??|没有账号\??|无障碍(?:浏览|阅读|版|通道)?|关怀版|长者(?:版|模式|助手)"
    r"|适老(?:版|化)|手机版|移动版|简体(?:版|中文)?|繁体(?:版|中文)?|english|首页|网站首页|搜索|检索|全文检索|高级检索|联系我们|关于我们"
    r"|网站声明|隐私(?:声明|政策)|法律声明|微信|微博|qq空间|目录)[】\])>]?",
    re.IGNORECASE,
)
_MENU_WORD = re.compile(
    r"(?:政府)?(?:政务|信息)公开|(?:办事|政务|便民)服务|网上办事|(?:互动|政民|公众)(?:交流|互动|参与)|新闻(?:中心|动态)|要闻动态|走进.{2,4}"
    r"|机构(?:概况|设置)|政务动态|(?:政府)?数据(?:开放)?|专题专栏|热点专题"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark that a line begins with: ``end`` is its length in the view."""

    style: MarkStyle
    number: int
    end: int


def mark_of(line: str) -> Mark | None:
    """Return the mark at the start of a line of the view, if it has one.

    >>> mark_of("十二、其他"), mark_of("(三)不予公开").number, mark_of("1.8万条"), mark_of("第二十条第(一)项")
    (Mark(style='chinese', number=12, end=3), 3, None, None)
    """
    for style, pattern in _MARKS:
        match = pattern.match(line)
        if match:
            number = next(group for group in match.groups() if group)
            return Mark(style, _number(number), match.end())
    return None


def _number(mark: str) -> int:
    mark = unicodedata.normalize("NFKC", mark).strip("().")
    if mark.isdigit():
        return int(mark)
    if mark[0] in "IVX":
        values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in mark]
        return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    tens, ten, ones = mark.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def is_furniture(line: str) -> bool:
    """Whether a line is page furniture by itself: a page number, a menu, a view counter, a footer; also mere rules.

    >>> [is_furniture(line) for line in ("- 4 -", "第3页 共9页", "访问量:1", "字体:大 中 小", "一、总体情况", "12")]
    [True, True, True, True, False, False]
    """
    return _is_furniture(line, _folded(line))


def _folded(line: str) -> str:
    return View(line).text.strip()


_folded_short = lru_cache(maxsize=8192)(_folded)  # titles and values of tables come up again and again


def _is_furniture(line: str, view: str) -> bool:
    if not view:
        return False
    if not any(char.isalnum() for char in view):
        return True
    if _PAGE_NUMBER.fullmatch(view) or _CHROME_WHOLE.fullmatch(view):
        return True
    if len(view) <= 160 and _CHROME_START.match(view) and view.count("。") <= 1:
        return True
    words = [word for word in re.split(r"[\s|>»·/\-]+", line) if word]
    return len(words) >= 2 and all(_CHROME_WHOLE.fullmatch(word) or _MENU_WORD.fullmatch(word) for word in words)


def group_lines(lines: Sequence[str]) -> list[tuple[BlockKind, int, int]]:
    """Group lines into blocks.

    Args:
        lines: Lines as read, without their breaks; blank ones part paragraphs unless the sentence runs on.

    Returns:
        Kind (``paragraph`` or ``furniture``), first line and the line after the last, in order; blank lines at either
        end belong to no block.

    >>> group_lines(["2023年,全局共主动公开政府信息", "12条。", "", "- 3 -", "一、总体情况", "无。"])
    [('paragraph', 0, 2), ('furniture', 3, 4), ('paragraph', 4, 5), ('paragraph', 5, 6)]
    """
    views = [_folded_short(line) if len(line) <= _SHORT else _folded(line) for line in lines]
    wrap = _wrap_width(views)
    indented = _indented(lines)
    groups: list[tuple[BlockKind, int, int]] = []
    for i, view in enumerate(views):
        if not view:
            continue
        after_prose = bool(groups) and groups[-1][0] == "paragraph"
        stops = after_prose and groups[-1][2] == i and not view.strip(_CLOSING)
        if (_is_furniture(lines[i], view) and not stops) or _is_bare_page_number(views, i):
            groups.append(("furniture", i, i + 1))
            continue
        if after_prose and i not in indented:
            kind, first, last = groups[-1]
            tabular = any("\t" in line.strip() or "|" in line for line in (lines[last - 1], lines[i]))
            if not tabular and _continues(views, first, last - 1, i, wrap):
                groups[-1] = (kind, first, i + 1)
                continue
        groups.append(("paragraph", i, i + 1))
    return groups


def _indented(lines: Sequence[str]) -> set[int]:
    """The lines that an indent marks as the first of a paragraph: none where most lines are indented."""
    written = [i for i, line in enumerate(lines) if line.strip()]
    indented = {i for i in written if re.match(r"\u3000|[ \xa0]{4}|\t", lines[i])}
    return indented if 2 * len(indented) < len(written) else set()


def _continues(views: Sequence[str], first: int, before: int, after: int, wrap: int | None) -> bool:
    """Whether the line ``after`` goes on with the sentence of ``before`` (whose paragraph begins at ``first``)."""
    previous, following = views[before], views[after]
    if (mark_of(following) or following[0] in _BULLETS) and not previous.endswith("第"):
        return False
    if following[0] in _CLOSING or (re.search(r".\d\.$", previous) and following[0].isdigit()):
        return True
    if _TERMINAL.search(previous):
        return False
    if _NUMBER_ALONE.fullmatch(following) and len(previous) >= 8 and after == before + 1:
        # "共公开信息" + "528" + "条,…": a number set apart in a sentence; in a table its unit would stand alone.
        return any(_UNIT_THEN_MORE.match(view) for view in views[after + 1 : after + 2])
    full = wrap is not None and _width(previous) >= wrap - 6
    paragraph = "".join(views[max(first, before - 8) : before + 1])  # what is longer is no heading
    if mark_of(paragraph) and len(paragraph) <= 45 and previous[-1] not in ",、":
        if full and (re.search("[,;]", previous) or not _TITLE_END.search(paragraph)):
            return True
        # A heading goes on only where it lacks its end: "…提起行政诉" + "讼情况".
        short = len(following) <= 15 and after == before + 1
        return short and not _TITLE_END.search(paragraph) and bool(_TITLE_END.search(following))
    if not full and is_canonical(paragraph):
        return False
    if _LABEL.match(previous) and _LABEL.match(following):
        return False
    if previous[-1] in ",、(“《":
        return True
    if _NUMBER_ALONE.fullmatch(previous) and first < before:
        return True
    prose = len(paragraph) >= 12 and bool(re.search("[,。;、]", paragraph))
    if after > before + 1:
        return prose and len(paragraph) >= 20 and not _FRESH.match(following)
    return full or (prose and (len(following) >= 3 or bool(_TERMINAL.search(following))))


def _wrap_width(views: Sequence[str]) -> int | None:
    """Return the width, in half-width cells, at which the text is wrapped by hand, or None where it is not."""
    widths = [_width(view) for view in views if view]
    running = Counter(
        width // 4 for view, width in zip(filter(None, views), widths, strict=True) if not _TERMINAL.search(view)
    )
    common = [(count, bucket) for bucket, count in running.items() if bucket >= 10]
    if not common:
        return None
    count, bucket = max(common)
    wider = sum(width > bucket * 4 + 8 for width in widths)
    return bucket * 4 if count >= 4 and wider * 20 <= len(widths) else None


def _width(view: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in view)


def _is_bare_page_number(views: Sequence[str], at: int) -> bool:
    """A number alone is a page number where prose stands on both sides (in a table its neighbours are short)."""
    if not re.fullmatch(r"\d{1,3}", views[at]):
        return False
    before = next((views[i] for i in range(at - 1, -1, -1) if views[i]), "")
    after = next((views[i] for i in range(at + 1, len(views)) if views[i]), "")
    return len(before) >= 15 and len(after) >= 15
