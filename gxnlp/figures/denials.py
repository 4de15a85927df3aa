"""Denials: zero statements that have no numeral, such as ``未收到政府信息公开申请``.

The span is the negation word with the verb right after it; where the verb stands apart (``未向申请人收取费用``) it
is the negation word alone.
"""

from __future__ import annotations

import re

# Verbs of what a report counts; to deny one is to say nought.
_VERB = (
    "新收到|收到|接到|接收|收悉|收取|收费(?!用)|征收|收缴|发生|产生|受理|出现|引发|引起|涉及|发现|"
    "开展|制定|制发|制订|出台|印发|颁布|举办|举行|组织|召开|新增|废止|修订|提起|提出|"
    "受到|遭到|进行|办理|存在|结转|开设|开通|查处|追究|作出|做出|采纳|造成|导致|发布|"
    "编制|撤销|关停|减免|支出|收(?![入录集藏编回缴尾])"
)
# Verbs that decide, from further on in the clause, that 未 before 向, 因 or 就 denies a count and not a manner.
_LATER = "收取|收费|收到|接到|发生|产生|受理|提起|引发|引起|出现|征收|被"

_MANNER = "另行|单独|直接|额外|实际|主动|再|新"

# How words begin that 没有 and 无 make part of, or that say what is wanting instead of how many.
_NOT_COUNTED_AFTER_MEIYOU = (
    "按|做到|及时|完全|真正|形成|达到|把|将|能|得到|充分|明确|健全|现成|直接|必要|最|很|太|更|规定|严格|统一|专门|落实|"
    "条件|效|那么|这么|固定|建立|跟上|任何差|[a-z]"
)
_WORDS_OF_WU = (
    "[偿法需须论障纸证线疑形私穷限力缝差感瑕锡为声悔愧害烟毒止故视从异可不所微界房业标机票误缺死粮能缘用味辜奈休妨谓愁妄损碍聊]"
    "|[望尽情忧虑敌知耻端源间漏盲污码息担违隐垃外痛轨序名效数条动党权定照授核缓]"
    "|遗(?!留的?(?:申请|件))|关(?!于)|主(?!动)|意(?!见)|现[成金]|处[不可处寻]|产(?!生)|人(?!申请|提)|废[城社]|家可|水|电|土|地自|手续|还本|比|正当|理由"
    "|明确|具体|实质|固定|需要|时无刻|时不|[上下]限|重大遗|其[他它](?:需要?|应|情况|事项|报告|内容|说明)"
)
_END = r"(?=[,。;!?)\s]|$)"

_CUE = re.compile(
    rf"(?<!有)没有(?:(?:{_VERB})|(?!{_NOT_COUNTED_AFTER_MEIYOU}))"
    rf"|没(?:{_VERB})"
    rf"|(?<!所)未(?:曾?(?:{_VERB})|[有被予]|(?=(?:{_MANNER})(?:{_LATER}))|(?=[向因就在以通由从对][^,。;:!?\n]{{1,40}}?(?:{_LATER})))"
    r"|(?<!信息)不存在(?![数的问\d一二两三四五六七八九十])|不(?:涉及|收取)"
    rf"|(?<![有毫查虚从一二三百了互别])无(?:收到|收取|发生|产生|受理|出现|(?!{_WORDS_OF_WU}|[,。;:!?)/|\s]|$))"
    # A bare 无 answers for what is named before it on the line.
    rf"|(?<=[均皆都亦])无{_END}|(?<=[^\s一二三四五六七八九十\d][:为])无{_END}"
    rf"|(?<=申请|复议|诉讼|投诉|举报|收费|结转)无{_END}"
)


def find_denials(text: str) -> list[tuple[int, int]]:
    """Return the spans of zero statements in a folded text, in order.

    >>> text = "未收到申请,无行政复议,无需整改"
    >>> [text[start:end] for start, end in find_denials(text)]
    ['未收到', '无']
    """
    return [match.span() for match in _CUE.finditer(text)]
