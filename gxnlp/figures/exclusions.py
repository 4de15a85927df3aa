"""What is surely no quantity: dates, addresses, document numbers, list marks, titles, slogans, set phrases.

``excluded_spans`` gives the stretches of a folded text in which no numeral counts; ``is_bare_count`` judges an Arabic
number that has no measure word to vouch for it, by what stands around it.
"""

from __future__ import annotations

import re

from gxnlp.figures.numerals import NUMERAL_CHARS
from gxnlp.figures.units import barred_pattern, unit_pattern

_CN = f"[{NUMERAL_CHARS}]"
_NUMBER = rf"(?:\d+|{_CN}+)"
_YEAR = r"(?:19|20)\d\d"
_COUNTED = rf"(?:[余多几]?(?:[十百千万亿]|{unit_pattern()}))"

_QUOTED = [
    r"《(?:[^《》\n]|《[^《》\n]*》){1,150}》",
    r"〈[^〈〉\n]{1,80}〉",
    r"<[^<>\n]{2,80}>",
    # A quotation that holds a clause is prose; a short one is a name or a slogan.
    # What stands alone in quotation marks as nought (“0”, “零件”) is a count all the same.
    rf"“(?!(?:0|零){unit_pattern()}?”)[^“”\n,。;]{{1,24}}”",
    r"‘[^‘’\n,。;]{1,24}’",
    r"「[^「」\n,。;]{1,24}」",
    r"『[^『』\n,。;]{1,24}』",
    r'"[^"\n,。;]{1,16}"',
]
_CONTACTS = [
    r"(?:https?|ftp)://[!-~]+",
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9-]{0,64}(?:\.[A-Za-z0-9-]{1,64}){0,6}\.(?:cn|com|net|org|gov)\b[!-~]*",
    r"ICP[备证][^,。;)\n]{1,20}",
    r"公网安备[^,。;)\n]{1,24}",
    r"(?:标识码|信用代码|备案号|许可证号)[:为]?\s?[A-Za-z0-9-]+",
    r"(?:地址|住址|地点)[:为][^,。;)\n]{1,60}",
    r"(?:电话|热线|传真|手机|邮编|邮政编码|邮箱|号码|方式|QQ群?)(?:\([^()\n]{1,10}\))?[:为是]?\s?"
    rf"[\d(][\d()\s、/转-]{{2,40}}\d(?!\d|[,.]\d|{_COUNTED})",
    r"(?<!\d)\(?0\d{2,3}\)?-*\s?\d{7,8}(?!\d)(?:[-转]\d{1,5})?",
    r"(?<!\d)[48]00(?:-\d{3}-?\d{4}|-\d{4}-?\d{3}|\d{7}(?!\d))",
    rf"(?<![\d.,])1[3-9]\d{{9}}(?!\d|{_COUNTED})",
    # A postcode that stands bare after an address.
    r"\([0-8]\d{5}\)|(?<=[号楼室院街层厦])[,(][0-8]\d{5}(?=[),。;\s]|$)",
]
_NUMBERED = [
    rf"[〔\[(【{{]\s?{_YEAR}\s?[〕\])】}}]\s?(?:第|-)?\s?\d+(?:-\d+)?",
    rf"第\s?{_NUMBER}(?:\s?[-至到、,和或及]\s?第?{_NUMBER}(?=[条项款号章节期批届次版页季]))*",
    rf"(?:附件|附表|附录|表|图|注|窗口|议案|№|N[oO]\.?)\s?\d{{1,3}}(?![\d,.]|{_COUNTED})",
]
_DATED = [
    rf"(?<!\d){_YEAR}\s?[-./]\s?\d{{1,2}}\s?[-./]\s?\d{{1,2}}",
    rf"(?<!\d){_YEAR}(?:年度?)?[-至到~/]+(?:{_YEAR}|\d\d)(?=学?年)",
    rf"(?<!\d){_YEAR}[-至~]{_YEAR}(?!\d|{_COUNTED})",
    rf"(?<!\d){_YEAR}[./-]\d{{1,2}}(?![\d.]|{_COUNTED})",
    r"\d{1,2}[./]\d{1,2}\s?[-至~]\s?\d{1,2}[./]\d{1,2}(?!\d)",
    r"\d{1,2}[.·]\d{1,2}(?=国家|世界|国际|宪法|防灾|消费者|禁毒|全民)",
    r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}[时点]\d{1,2}分",
    rf"(?<![\d{NUMERAL_CHARS}]){_NUMBER}[-至到~、和]{_NUMBER}(?=年|月|日|时|季度|号|层|楼)",
    r"(?<!\d)\d+\s?[×*xX/]\s?\d+",
    r"(?<![\d.])\d+(?:\.\d+){2,}",
]
_LAID_OUT = [
    # Marks of lists at the start of a line or of a clause.
    r"(?m:^)[ \t|]*(?:\(?\d{1,2}\)|\d{1,2}(?:\.\d{1,2}){0,3}(?:、|[.:](?!\d))"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}\s|\d{1,2}\.(?=20\d\d年))",
    r"(?:(?<=[。;:!?,])|(?<=\D\.))(?:\(?\d{1,2}\)|\d{1,2}[.、](?!\d))",
    r"\(\d{1,2}\)(?=[条款项目])",
    # Page numbers and counters of page views.
    r"(?m:^)[ \t]*(?:- ?\d{1,4} ?-|\d{1,4}(?: ?/ ?\d{1,4})?|第? ?\d{1,4} ?页[,/]? ?(?:共 ?\d{1,4} ?页)?)[ \t]*(?m:$)",
    r"(?m:^)[^\n。]{0,120}(?:字号|字体|责任编辑|分享到|(?:打印|关闭)(?:本页|此页|页面|窗口|\]|】)"
    r"|(?:文章|信息|稿件)来源|[上下]一[篇条页])[^\n。]{0,120}(?m:$)",
    r"(?<![站页号总台均])(?:浏览|阅读|点击|访问|人气|已阅)(?:次数|数|率|量)?:?[\d,]+次?(?=\s(?![\d.])|$|[\[【(\]】]|打印|关闭|分享|来源|字[号体]|发布|作者|编辑)",
]
_SET_PHRASES = [
    r"(?:[每逐某这那唯其之周]|另(?!一[份件起宗例名])|星期|(?<![主责])任|(?<![网线以])[上下]|(?<![清名订])单|(?<!合)同|(?<![系传])统)一",
    rf"(?<!{_CN})一(?:"
    r"次(?:性|办|告知|受理|提交|不|都|也)|件事|张(?:网|图(?!解)|表(?!格)|清单)|本[账通]|盘棋|条龙|揽子|系列|方面"
    r"|部分|部手机|批(?!次)|个(?:口子|窗口|样|不|都|门|个)|项项|件件|条条|家人|把手|户一|人一|家一|件一|项一|事一|岗一|企一"
    r"|起(?=[来去做办抓参推谋学干走把构共努协部检看说联放纳同])"
    r"|[道块段通回包片门类种单字句头口眼])",
    r"跑一次|跑1次|一扇门",
    rf"(?<!{_CN})二[期次类批]|届\s?{_CN}+次|(?<!{_CN}){_CN}+次(?=全会|会议第)|{_CN}位一体|新一轮|红十字|七台河|零部件",
    r"(?<=汽车|机械|机床|制造|生产|加工|配套|精密)零件|零件(?=加工|制造|生产|厂|库|配)",
    r"四处(?=[打奔寻求询走散碰找托流游蔓乱逃]|张贴|宣传|宣讲|看)",
    # Places.
    r"三门(?=[峡县湾])|[三五九]台(?=[县区市山镇])|[二三四五六七八九]道(?=[区江河沟岭镇乡街])|五家渠|三元(?=[区里桥朱镇])|五通桥|一面坡",
    rf"{_CN}个(?:一(?![级体站])|维护|确立|意识|自信|全面|伟大|务必|结合|代表|必由之路|百年)",
    r"(?:八项|十项|三大)规定|三次产业|一二三产业|四套班子|五级书记|两个一百年|三张清单|四个最严",
    rf"[二三四五六七八九十\d]分之{_NUMBER}",
]

_ALTERNATIVES = "|".join((*_QUOTED, *_LAID_OUT, *_CONTACTS, *_NUMBERED, *_DATED, *_SET_PHRASES))
# How an exclusion may begin, elsewhere than at the start of a line: most places are passed over without trying any.
_BEGINNINGS = (
    rf"[!-~{NUMERAL_CHARS}《〈“‘「『〔【№地住电热传手邮号方标信备许公附图表注窗议第浏阅点访人已打关上下分文稿责字"
    "每逐某另这那唯其之周星任单同统跑届新红汽机制生加配精]"
)
_EXCLUDED = re.compile(rf"(?:(?m:^)|(?={_BEGINNINGS}))(?:{_ALTERNATIVES})", re.ASCII)

# Words and marks before a number that make it a name, an address or a part of something else, and marks after it.
_TIED_BEFORE = re.compile(
    r"(?:[A-Za-z]\s?|[#@&\\_=+×*·/|<~^\-±〔\[]|\d[.:]|\d\s|\d月\s?|(?<!办公)室|[楼路街座栋幢院巷弄号令版卷页邮图表注]"
    r"|编码|邮编|电话|热线|传真|代码|序号|编号|证号)$"
)
_TIED_AFTER = re.compile(
    r"[A-Za-z/\\_=+×*·|〕\]】>~^@#&±-]|\.[\dA-Za-z]|:\d|\s*\||\s+\d|[至到]\d"
    rf"|(?:[、,和与及至到~-]\d{{1,4}}){{1,8}}(?:{barred_pattern()})"
)
_HOTLINE = re.compile(
    r"12[1-9]\d\d|9[56]\d{3,4}|10086|10010|(?:1(?:10|19|20|22)|8890)(?=热线|平台|急救|报警|指挥|联动|等|、1)"
)
_NAMES_AMOUNT = re.compile(r"(?:[量数共计超破]|[量数][为达]|[达到]到?)$")  # of a number too long for a count by itself
_YEARLIKE = re.compile(r"(?:19|20)\d\d")


def excluded_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of a folded text in which no numeral is a quantity, in order and apart from one another."""
    return [match.span() for match in _EXCLUDED.finditer(text)]


def is_bare_count(text: str, start: int, end: int) -> bool:
    """Tell whether the Arabic number at ``text[start:end]``, with no measure word after it, may be a count."""
    number = text[start:end]
    digits = number.replace(",", "")
    if digits.isdigit():
        hotline = _HOTLINE.match(text, start)
        if _YEARLIKE.fullmatch(number) or (hotline and hotline.end() == end):
            return False
        long = len(number) > 9 or (len(number) > 6 and not _NAMES_AMOUNT.search(text[max(0, start - 2) : start]))
        if (long and "," not in number) or (len(number) > 1 and number[0] == "0"):
            return False
    elif digits.endswith(".0") or _starts_line(text, start):
        return False
    if _starts_line(text, start) and (end == len(text) or text[end].isspace()):
        return False
    if (
        text[end : end + 1] == "."
        and text[end + 1 : end + 2].strip()
        and text[start - 1 : start] not in tuple("为是共有达")
    ):
        return False  # 不予公开 1.属于国家秘密: a list mark, unlike 均为0.
    return not (_TIED_BEFORE.search(text[max(0, start - 6) : start]) or _TIED_AFTER.match(text, end))


def _starts_line(text: str, start: int) -> bool:
    before = text[:start] if start < 8 else text[start - 8 : start]
    bare = before.rstrip(" |")
    return bare.endswith("\n") or (not bare and start < 8)
