"""Bytes to text: byte order mark, declaration, strict UTF-8, then the codecs of Chinese pages by plausibility.

GB18030 and Big5 accept most of each other's bytes, and UTF-16 accepts nearly anything, so a codec is believed only when
what it yields reads like Chinese: when it is made of the characters that Chinese texts are made of.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass

from gxnlp.document import Notice
from gxnlp.errors import ReadError

# The mark, and the codec that takes it off.
_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w-]+)|<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
# What pages declare is a family of codecs; its largest member reads all of them.
_FAMILIES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "cp950",
    "cp950": "cp950",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
}
# The most frequent characters of Chinese prose and of these reports, Simplified and Traditional.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全"
    "表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员"
    "革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处"
    "府息信请申告报务收理办件复议诉讼局市县省镇街委厅单位布网站依规范情况条例"
    "這為個國來時們發動會過說產種後學經進電現實體機當點從業應開還關樣與間內數變條無問題統總並員將組見計別區處請報務辦復議訴訟縣鎮廳單範況"
)
_PLAUSIBLE = 0.18


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text: without byte order mark, else as read."""

    text: str
    encoding: str
    notices: tuple[Notice, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """Decode the bytes of a text.

    Args:
        data: Bytes of a txt, Markdown or HTML file.
        name: What errors call the source.

    Raises:
        ReadError: ``binary`` where the bytes are no text, ``encoding`` where no codec gives a plausible one.

    >>> decode("主动公开政府信息十二条".encode("gbk"), "<bytes>").encoding
    'gb18030'
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _marked(data, codec, name)
    if b"\0" in data:
        return _wide(data, name)
    declared = declared_codec(data)
    utf8 = _strict(data, "utf-8")
    if declared and declared != "utf-8":
        text = _strict(data, declared)
        if text is not None and (utf8 is None or plausibility(text) > plausibility(utf8)):
            return Decoded(text, declared)
    if utf8 is not None:
        return Decoded(utf8, "utf-8")
    candidates = [c for c in ("gb18030", "cp950", "utf-16-le", "utf-16-be") if c != declared]
    readings = [Decoded(text, codec) for codec in candidates if (text := _strict(data, codec)) is not None]
    best = max(readings, key=lambda reading: plausibility(reading.text), default=None)
    if best is not None and plausibility(best.text) >= _PLAUSIBLE:
        return best
    return _damaged(data, declared) or _guessed(data, name)


def declared_codec(data: bytes) -> str | None:
    """Return the codec that an HTML or XML text declares, as Python names it; None where it names none or no such.

    >>> declared_codec(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb18030'
    """
    match = _DECLARED.search(data[:4096])
    if match is None:
        return None
    declared = (match.group(1) or match.group(2)).decode("ascii", "replace").lower()
    return _FAMILIES.get(declared)


def plausibility(text: str) -> float:
    """Return how much a text reads like Chinese or ASCII, 0 to 1: the share of its characters that are common ones."""
    sample = text[:20_000]
    foreign = [char for char in sample if char > "\x7f" and char not in "\xa0\u3000，。、；：“”（）《》〔〕—…·％"]
    odd = sum(char < " " and char not in "\t\n\r\f" for char in sample)
    if not foreign:
        return 1.0 if odd * 50 <= len(sample) else 0.0
    return sum(char in _COMMON for char in foreign) / (len(foreign) + 10 * odd)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _marked(data: bytes, codec: str, name: str) -> Decoded:
    """Decode what a byte order mark vouches for; a few damaged characters are told of, many are an error."""
    text = _strict(data, codec)
    if text is not None:
        return Decoded(text.removeprefix("\ufeff"), codec)
    text = data.decode(codec, "replace")
    lost = text.count("\ufffd")
    if lost * 20 > len(text):
        raise ReadError(
            name, f"it is marked as {codec} but {lost} of its {len(text)} characters are damaged", "encoding"
        )
    return Decoded(text, codec, _damage_notices(text, codec, lost))


def _wide(data: bytes, name: str) -> Decoded:
    """Bytes with zeros among them: UTF-16 or UTF-32 without a mark, or no text at all."""
    readings = [
        Decoded(text, codec)
        for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (text := _strict(data, codec)) is not None and "\0" not in text
    ]
    best = max(readings, key=lambda reading: plausibility(reading.text), default=None)
    if best is None or plausibility(best.text) < _PLAUSIBLE:
        # Some writers pad a text with zeros at its end; anything else with zeros in it is not text.
        stripped = data.rstrip(b"\0")
        if b"\0" not in stripped and stripped:
            return decode(stripped, name)
        raise ReadError(name, "it is not text: it holds zero bytes as programs and pictures do", "binary")
    return best


def _damaged(data: bytes, declared: str | None) -> Decoded | None:
    """The reading of a text with a few damaged bytes, as a download cut off in a character leaves it."""
    readings = []
    for codec in dict.fromkeys(filter(None, (declared, "utf-8", "gb18030", "cp950"))):
        text = data.decode(codec, "replace")
        lost = text.count("\ufffd")
        if lost * 200 <= len(text) and plausibility(text) >= _PLAUSIBLE:
            readings.append((lost, Decoded(text, codec, _damage_notices(text, codec, lost))))
    return min(readings, key=lambda reading: reading[0])[1] if readings else None


def _damage_notices(text: str, codec: str, lost: int) -> tuple[Notice, ...]:
    first = text.find("\ufffd")
    return (Notice("damaged_text", f"{lost} characters could not be decoded as {codec}", first, first + 1),)


def _guessed(data: bytes, name: str) -> Decoded:
    from charset_normalizer import from_bytes

    guess = from_bytes(data).best()
    if guess is not None:
        text = str(guess)
        if plausibility(text) >= _PLAUSIBLE:
            return Decoded(
                text,
                guess.encoding.replace("_", "-"),
                (Notice("encoding_guessed", f"the encoding was guessed to be {guess.encoding}", 0, 0),),
            )
    printable = sum(byte >= 0x20 or byte in b"\t\n\r\f" for byte in data[:4096])
    if printable < 0.95 * min(len(data), 4096):
        raise ReadError(name, "it is not text", "binary")
    raise ReadError(name, "no encoding gives a readable Chinese text; save it as UTF-8", "encoding")
