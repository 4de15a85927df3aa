"""Denials: zero statements that have no numeral, such as ``未收到政府信息公开申请``.

The span is the negation word with the verb right after it; where the verb stands apart (``未向申请人收取费用``) it
is the negation word alone. A bare ``无`` answers for what is named before it, on its line or in the heading above.
"""

from __future__ import annotations

import re

# Verbs of what a report counts; to deny one is to say nought.
_VERB = (
    "新收到|收到|接到|接收|接获|接报|接待|收悉|收取|收费(?!用)|计费|核收|征收|收缴|免收|发生|产生|受理|出现|引发|引起|涉及|发现|"
    "开展|制定|制发|制订|出台|印发|颁布|举办|举行|组织|召开|参加|新增|增设|新设|设立|废止|修订|提起|提出|"
    "受到|遭到|进行|办理|承办|承接|存在|结转|开设|开通|查处|追究|作出|做出|采纳|造成|导致|发布(?!会)|"
    "编制|编印|编发|刊发|发行|撤销|关停|减免|支出|列支|拨付|安排|实施(?![意方细])|接听|诱发|触发|招致|遭受|遇到?|立案|应诉|败诉|收(?![入录集藏编回缴尾])"
)
# Verbs that decide, from further on in the clause, that 未 before 向, 因 or 就 denies a count and not a manner.
_LATER = "收取|收费|收到|接到|接收|发生|产生|受理|提起|提出|引发|引起|导致|招致|出现|形成|征收|受到|遭到|遭受|败诉|被"
_MANNER = "另行|另外|单独|直接|额外|实际|主动|正式|违规|擅自|重复|再|新"
_APART = (
    rf"(?=(?:{_MANNER})(?:{_LATER}))"
    rf"|(?=[向因就在以通由从对给][^,。;:!?\n]{{1,40}}?(?:{_LATER}))"
    # 未按规定公开 tells a manner; 未按规定收取费用 says that nothing was charged.
    r"|(?=[按依][^,。;:!?\n]{1,30}?(?:收取|征收))"
)
# 结转 as part of what is denied: 没有结转件, 没有结转下年的申请; a verb in 年末没有结转.
_CARRIED_NOUN = r"结转(?:件|申请|事项|案件|业务|[^,。;:!?\n]{1,12}的[^,。;:!?\n]{0,8}(?:申请|件|事项))"

# How words begin that 没有 and 无 make part of, or that say what is wanting instead of how many.
_NOT_COUNTED_AFTER_MEIYOU = (
    "按|做到|及时|完全|真正|形成|达到|把|将|能|得到|充分|明确|健全|现成|直接|必要|最|很|太|更|规定|严格|统一|专门|落实|"
    "条件|效|那么|这么|固定|建立|跟上|任何差|[a-z]"
)
_WORDS_OF_WU = (
    "[偿需须论障纸证线疑形私穷限力缝差感瑕锡为声悔愧害烟毒止故视从异可所界房业标机票误缺死粮能缘用味辜奈休妨谓愁妄损碍聊]"
    "|法(?!人)|微(?![博信])|不(?!予|符|同意|掌握|存在)|[望尽情忧虑敌知耻端源间漏盲污码息担违隐垃外痛轨序名效数条动党权定照授核缓]"
    "|遗(?!留(?!问题|的问题|隐患))|关(?!于)|主(?!动)|意(?!见)|现[成金]|处[不可处寻]|产(?!生)|人(?!(?:[^,。;:!?\n]{1,12}?)?(?:申请|提[出起]|投诉|举报)|大|员)|废[城社]|家可|水|电|土|地自|手续|还本|比|正当|理由"
    "|明确|具体|实质|固定|需要|时无刻|时不|[上下]限|重大遗|其[他它](?:需要?|应|情况|事项|报告|内容|说明)"
)
_END = r"(?=[,。;!?)\s]|$)"

_CUE = re.compile(
    rf"(?<!有)没有(?:(?!{_CARRIED_NOUN})(?:{_VERB})|(?!{_NOT_COUNTED_AFTER_MEIYOU}))"
    rf"|没(?!收(?![到取费悉]))(?:{_VERB})"
    rf"|(?<!所)未曾?(?:{_VERB}|{_APART})|(?<!所)未[有被予]"
    r"|(?<!信息)不存在(?![数的问\d一二两三四五六七八九十])"
    r"|不(?:涉及|曾(?:收到|接到|发生|产生|受理)|收(?:取|费(?!用))?(?![录入集藏编回尾到]))"
    rf"|(?<![有毫查虚从一二三百了互别])(?<!文号:)(?<!附件:)(?<!备注:)无(?:收到|收取|发生|产生|受理|出现|(?!{_WORDS_OF_WU}|[,。;:!?)/|\s]|$))"
    rf"|(?P<answer>无){_END}"
)

# What a bare 无 may answer for, in a heading above it, and what it never answers for.
_HEADED = re.compile(r"复议|诉讼|申请|收费|收取|费用?|减免|投诉|举报|申诉|信访|结转|受理|败诉|许可|处罚|强制|听证")
_UNCOUNTED = re.compile(r"事项|其[他它]|问题|不足|说明|内容|建议|措施|改进|附件|备注|文号|[有虚毫从到至若全空绝]$")
_LIST_MARK_OR_BLANK = re.compile(r"[\d\s一二三四五六七八九十]$")
_LINE_ABOVE = re.compile(r"(?:^|\n)([^\n]{2,60})\s*\n$")
# A heading on the same line: (三)收费情况。无。
_HEADING_BEFORE = re.compile(r"(?:^|\n)[ \t]*(\(?[\d一二三四五六七八九十]{1,3}[)、.][^\n,。;:]{2,50})。\s?$")
_REACH = 64


def find_denials(text: str) -> list[tuple[int, int]]:
    """Return the spans of zero statements in a folded text, in order.

    >>> text = "未收到申请,无行政复议,无需整改"
    >>> [text[start:end] for start, end in find_denials(text)]
    ['未收到', '无']
    """
    return [match.span() for match in _CUE.finditer(text) if not match["answer"] or _is_answer(text, match.start())]


def _is_answer(text: str, start: int) -> bool:
    """Tell whether the bare 无 at ``start`` says that what is named before it is nought."""
    before = text[max(0, start - _REACH) : start]
    if above := _LINE_ABOVE.search(before) or _HEADING_BEFORE.search(before):
        return bool(_HEADED.search(above[1])) and not _UNCOUNTED.search(above[1])
    named = re.split(r"[,。;!?\n]", before)[-1]
    if named.endswith((":", "为")):
        named = named[:-1]
    return bool(named) and not (_LIST_MARK_OR_BLANK.search(named) or _UNCOUNTED.search(named[-6:]))
