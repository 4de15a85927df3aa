"""The other way round: numbers into Chinese."""


def in_chinese(number: int, *, couple: bool = False) -> str:
    """Write a number below 10**16 with multipliers, as official documents do.

    Args:
        number: What to write.
        couple: Write 两 for 二 where it is spoken so (两百, 两万).
    """
    if number == 0:
        return "零"
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            head, rest = divmod(number, size)
            high = in_chinese(head, couple=couple)
            high = "两" if couple and high == "二" else high
            filler = "零" if rest and rest < size // 10 else ""
            return high + name + filler + (in_chinese(rest, couple=couple) if rest else "")
    text = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            text += ("两" if couple and digit == 2 and size >= 100 else "零一二三四五六七八九"[digit]) + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text[1:] if text.startswith("一十") else text
