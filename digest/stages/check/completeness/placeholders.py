"""Know what stands where a text should: a whole field that says nothing, and gaps that were to be filled in.

Does not judge sentences, see `writing`. Words and signs that the paper has as well are no gaps.
"""

import re

from digest.model.schema import FIELDS as _SCHEMA
from digest.model.schema import NAMES
from digest.stages.check.index import likeness

FIELDS = "|".join((*(re.sub("s$", "s?", name) for name in NAMES), "tl;?dr"))
"""The names of the fields, as models repeat them."""
_ECHO = 85
"""Likeness in percent from which a field repeats what the model was asked to write there."""

_CANNOT = r"(?:확인|파악|알|찾을|특정)\s?(?:할\s?)?수\s?없"
_PLACEHOLDERS = re.compile(
    rf"""[\s\[(<「]*+(?:
        n/?a|none|null|nil|tbd|todo|unknown|undefined|placeholder|empty|string|text|content|summary
      | not\ (?:applicable|available|specified|provided|mentioned|stated)
      | no\ (?:summary|content|information|data|abstract|limitations?)
        (?:\ (?:available|provided|given|found|stated))?
      | lorem\ ipsum.*
      | (?:요약|내용|정보|해당|결과|한계|데이터|텍스트|자료|설명|언급)\s?(?:사항\s?)?(?:이|가|은|는)?\s?
        (?:없음|없다|없습니다|미상|미정|불명|부재|누락)
      | (?:이\s?)?(?:논문|본문|초록|텍스트|문서|원문)(?:에서는|에는|에서|에|만으로는)?\s.{{0,15}}
        {_CANNOT}(?:음|다|습니다)
      | 정보(?:가|는)?\s?제공되지\s?않(?:음|다|습니다|았다|았습니다)
      | 미정|미상|없음|생략|추후\s?(?:작성|업데이트)
      | (?:작성|준비)\s?중|(?:작성|추가|업데이트)\s?예정|확인\s?(?:불가|필요)
      | (?:여기에?|이곳에).{{0,30}}(?:작성|입력|기입|요약).{{0,20}}
      | (?:insert|add|write|fill)\b.{{0,40}}(?:here|in)
      | .{{0,40}}(?:들어갈|들어가야\ 할|채울|채워질|채워\ 넣을|적을|기입할|작성할)\s?
        (?:자리|칸|곳|부분|내용)(?:이다|임|입니다|다)?
      | なし|不明|未定|未記入|記入予定
      | [xX]{{2,}}|\?+|[-–—_=.…*\s]++
      | {FIELDS}
    )[\s\])>」.!。…]*+(?:예정이다|예정|중이다|이다)?[\s.]*+""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""A whole field that says nothing."""
_BRACKETED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|（[^（）]*）|［[^［］]*］|〈[^〈〉]*〉|《[^《》]*》|【[^【】]*】"
)
_FINISHED = re.compile(r"(?:[가-힣]다|[.!?。！？])$")
_EXAMPLE = re.compile(r"[(\[]?(?:예|예시|보기|例|example|e\.g\.)\s?[:：)]", re.IGNORECASE)
_WRITES = r"(?:작성|입력|기입|기재|삽입|요약|설명|내용|이름|명|수치|값)"
_GAPS = re.compile(
    r"\[(?:…|\.\.\.|[A-Z][A-Z _]{2,}|여기[^\]]*|내용[^\]]*)\](?!\()|<[A-Z_]{3,}>|\bTODO\b|\bTBD\b|[Ll]orem ipsum"
    rf"|[\[<][가-힣A-Za-z ]{{0,30}}{_WRITES}[\]>](?!\()"
    r"|\((?:여기|이곳|ここ)[^()]*\)"
    r"|\{\{[^{}]*\}\}|(?<![\\\w}^_{])\{[가-힣a-z_ ]{2,30}\}(?!\})"
    # a letter or a sign instead of a name or a figure
    r"|(?<![A-Za-z0-9.\-_*])(?:X{2,}|x{3,}|xx(?=\s?%)|Y{2,}|Z{2,}|O{2,})(?![A-Za-z0-9\-_*])"
    r"|[○〇◯●]{2,}|[△▲]{2,}|[□■]{2,}|[◇◆]{2,}|[☆★]{2,}|[×✕]{2,}"
    r"|(?<![A-Za-z0-9_])_{3,}(?![A-Za-z0-9_])"
    r"|(?<!\S)\*{3,}(?=(?:[은는이가을를의에과와%.,]|에서|으로)?(?:\s|$))"
    r"|(?<![^\s(\"'“‘「])~(?=(?:[은는이가을를의과와]|에서|으로|라는)\s)"
)
"""A placeholder inside a field."""


def is_placeholder(text: str) -> bool:
    """Return whether a whole field says nothing: a word for nothing, a label in brackets, what was asked for."""
    if _PLACEHOLDERS.fullmatch(text) or _EXAMPLE.match(text):
        return True
    label = text.rstrip(" .。")
    if _BRACKETED.fullmatch(label) and not _FINISHED.search(label[1:-1].strip()):
        return True
    asked = text.strip(" .()[]<>").lower()
    return any(likeness.ratio(asked, one.ask.lower()) >= _ECHO for one in _SCHEMA) if asked.isascii() else False


def gap_in(text: str, paper: str) -> str:
    """Return the first gap of a text that the paper does not have, else nothing."""
    found = [one[0] for one in _GAPS.finditer(text)]
    known = {one[0] for one in _GAPS.finditer(paper)} if found else set()
    return next((one for one in found if one not in known and not _is_of(one, paper)), "")


def _is_of(gap: str, paper: str) -> bool:
    """Return whether a paper has what stands in brackets: readable text has lost the braces of a template."""
    inside = gap.strip("[]<>{}()")
    return len(inside) > 3 and inside != gap and not _PLACEHOLDERS.fullmatch(inside) and inside in paper
