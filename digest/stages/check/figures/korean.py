"""Read the numbers that Korean writes in words: native ones (`스물두 개`), Sino-Korean ones (`오십이 퍼센트`).

What only looks like a numeral, as 만일 and 이 점 do, is told by the unit behind it: without one there is no figure.
"""

import math
import re
from dataclasses import replace

from digest.stages.check.figures.quantity import Quantity, begins_a_word, measured, unit_at

KOREAN_SCALES = {"십": 1e1, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12}
_ONES_NATIVE = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9,
}  # fmt: skip
_TENS_NATIVE = {
    "열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
NATIVE = {
    **_ONES_NATIVE, **_TENS_NATIVE, "스무": 20,
    **{ten + one: tens + ones for ten, tens in _TENS_NATIVE.items() for one, ones in _ONES_NATIVE.items()},
}  # fmt: skip
_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_NATIVE_WORD = "|".join(sorted(NATIVE, key=len, reverse=True))
_DIGIT = "[일이삼사오육칠팔구]"
_UNDER_MYRIAD = rf"(?:{_DIGIT}?천)?(?:{_DIGIT}?백)?(?:{_DIGIT}?십)?"
_SINO_WORD = (
    rf"(?=[일이삼사오육칠팔구십백천만억]|영점)(?:{_UNDER_MYRIAD}{_DIGIT}?[만억조](?:\s(?={_DIGIT}?[십백천]))?){{0,3}}"
    rf"{_UNDER_MYRIAD}(?:{_DIGIT}|(?<=[백천만])(?:{_NATIVE_WORD})|영(?=점))?(?:점[영공일이삼사오육칠팔구]{{1,4}})?"
)
SPELLED_KOREAN = (
    rf"(?<![^\s(\[\"'“‘~,·:/-])(?<!\s[수몇]\s)(?<!^[수몇]\s)(?:(?P<native>{_NATIVE_WORD})(?=(?:번째|가지|배(?![경치열포])|시간)|(?<!열)\s|\s(?:가지|배|번|개|명|종|건|편|장|달)(?![가-힣]))"
    rf"|(?P<some>[수몇]\s?[십백천만억]{{1,2}}(?=\s?[가-힣%]))|(?P<sino>{_SINO_WORD})(?<=[가-힣])(?=\s?[가-힣%]))"
)
"""A native numeral before a counter or standing alone (`다섯 가지`, `두 배`), or what may be a Sino-Korean one.

Whether it is one is told by the unit that follows (`오십이 퍼센트`): 만일 and 이 점 are words.
"""

_SINO_ONLY = re.compile(r"[초분일년도원]$")
"""Units that no native numeral goes with: `두 일` are two jobs, two days are `이틀`."""
_BARE_DIGIT = re.compile("[삼사오육칠팔구]")
"""Digits that are no other word before a unit: 이 점 is this point, 일 점 work."""
_ALSO_WORDS = re.compile(f"[백천만]{_DIGIT}")
"""백일, 천이, 만일: words as often as numbers."""
_COMPARING = ("percent", "points", "times")


def read_korean(token: re.Match[str], text: str) -> Quantity | None:
    """Read what `SPELLED_KOREAN` matched, with its unit; None where it is no number."""
    if token["native"]:
        figure = measured(text, *token.span(), float(NATIVE[token["native"]]), form="word")
        if _SINO_ONLY.search(text, token.end(), figure.end):
            return replace(figure, end=token.end(), kind="count", factor=1)
        return figure
    kind, _, after = unit_at(text, token.end())
    if not token["some"] and text.startswith("여", token.end()) and not _BARE_DIGIT.fullmatch(token["sino"]):
        return measured(text, *token.span(), sino(token["sino"]), form="word")
    if not kind or begins_a_word(text, after):
        return None
    if token["some"]:
        least = math.prod(KOREAN_SCALES.get(letter, 1) for letter in token["some"])
        return measured(text, *token.span(), least, form="some")
    return _sino(token, text, kind)


def _sino(token: re.Match[str], text: str, kind: str) -> Quantity | None:
    """Read a Sino-Korean numeral before a unit of a kind."""
    word, apart = token["sino"], text[token.end()] == " "
    if len(word) == 1 and word not in KOREAN_SCALES:
        if kind not in _COMPARING or not (_BARE_DIGIT.fullmatch(word) and apart):
            return None
    elif len(word) == 1 and kind in _COMPARING and kind != "times" and not apart:
        return None  # 만점: full marks
    elif word == "만일" or (_ALSO_WORDS.fullmatch(word) and kind not in ("percent", "times")):
        return None
    elif word == "오만" and text.startswith("가지", token.end() + apart):
        return None  # all kinds of things
    elif "조" in word and kind not in ("count", "repeats", "won", "dollars"):
        return None  # 일조 시간: hours of sunshine
    value = sino(word)
    decimals = len(word.partition("점")[2])
    digits = f"{value:.0f}"
    figure = measured(
        text, *token.span(), value, form="word",
        step=10.0**-decimals if decimals else 10.0 ** (len(digits) - len(digits.rstrip("0"))),
    )  # fmt: skip
    if kind == "time" and text[figure.end - 1] == "년" and 1900 <= value <= 2100:
        return replace(figure, form="year", kind="", factor=1)
    return figure


def sino(word: str) -> float:
    """Return the value of a Sino-Korean numeral such as `백만`, `삼만 오천`, `칠점오`, also of `백열두`."""
    whole, _, decimals = word.replace(" ", "").partition("점")
    total = part = 0.0
    digit = 0
    at = 0
    while at < len(whole):
        letter = whole[at]
        if native := next((rest for rest in (whole[at:],) if rest in NATIVE), ""):
            return total + part + NATIVE[native]
        if letter in _SINO:
            digit = _SINO[letter]
        elif KOREAN_SCALES.get(letter, 0) >= 1e4:
            total, part, digit = total + (part + digit or 1) * KOREAN_SCALES[letter], 0.0, 0
        elif letter in KOREAN_SCALES:
            part, digit = part + (digit or 1) * KOREAN_SCALES[letter], 0
        at += 1
    return float(f"{total + part + digit:.0f}.{''.join(str(_SINO.get(letter, 0)) for letter in decimals) or 0}")
