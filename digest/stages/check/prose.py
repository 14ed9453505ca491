"""Cut a field into its sentences and find how each ends. Knows bullets and Korean; judges nothing."""

import re

_MATHS = re.compile(r"(?<![\\$])\$[^$\n]{1,200}\$|`[^`\n]*`|https?://[^\s)가-힣]+")
_BULLET = re.compile(r"^\s*(?:[-*•·▪]\s+|\(?\d{1,2}[.)]\s+|[①-⑳]\s*)+")
_END = re.compile(r"(?<=[.!?。])[\"'”’)\]]*\s+|(?<=[가-힣][.!?。])(?=[가-힣A-Z\"“(])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|cf|etc|vs|al|Fig|Eq|Sec|No|approx|resp|[A-Z])|(?<!\d)\d{1,2})\.\s*$")
_TRAILING = " \n.!?。,;:…·*_~\"'”’」』】]"
_BRACKETS = {")": "(", "）": "（"}


def without_maths(text: str) -> str:
    """Blank formulas, code and addresses, keeping every place where it is."""
    return _MATHS.sub(lambda maths: " " * len(maths[0]), text)


def sentences_of(text: str) -> list[str]:
    """List the sentences of a field as they are written, without bullets and list numbers."""
    found: list[str] = []
    for line in text.split("\n"):
        bare = line[end.end() :] if (end := _BULLET.match(line)) else line
        start = 0
        for stop in _END.finditer(bare):
            if _ABBREVIATION.search(bare[max(start, stop.start() - 12) : stop.start()]):
                continue
            found.append(bare[start : stop.end()].strip())
            start = stop.end()
        found.append(bare[start:].strip())
    return [sentence for sentence in found if any(char.isalpha() for char in sentence)]


def ending_of(sentence: str) -> str:
    """Return a sentence without what may trail its last word: full stop, quotes, emphasis, a gloss in parentheses."""
    end = _bare(sentence)
    while end and (opening := _BRACKETS.get(end[-1])):
        start = end.rfind(opening)
        if start < 0 or end.find(end[-1], start) < len(end) - 1:
            break
        end = _bare(end[:start])
    return end


def _bare(text: str) -> str:
    # White space is more than the signs name: rstrip() without signs knows all of it.
    while (shorter := text.rstrip().rstrip(_TRAILING)) != text:
        text = shorter
    return text
