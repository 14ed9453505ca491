"""Literal tables of what models write instead of a text: placeholders, refusals, pieces of prompt and JSON.

Facts: replies collected in the issue trackers of other digests, and the wording of our own prompt and schema.
"""

import re

_FIELDS = "goal|motivation|contribution|method|results?|limitations?|conclusion|tl;?dr"
_CANNOT = r"(?:확인|파악|알|찾을|특정)\s?(?:할\s?)?수\s?없"
PLACEHOLDERS = re.compile(
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
      | [xX]{{2,}}|\?+|[-–—_=.…*\s]++
      | {_FIELDS}
    )[\s\])>」.!。…]*+(?:예정이다|예정|중이다|이다)?[\s.]*+""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""A whole field that says nothing."""
HOLES = re.compile(
    r"\[(?:…|\.\.\.|[A-Z][A-Z _]{2,}|여기[^\]]*|내용[^\]]*)\]|<[A-Z_]{3,}>|\bTODO\b|\bTBD\b|[Ll]orem ipsum"
)
"""A hole in a field."""
REFUSALS = re.compile(
    r"""\b(?:I['’]?m\ (?:sorry|unable|not\ able)|I\ am\ (?:sorry|unable)
      | I\ (?:cannot|can['’]t|can\ not|apologi[sz]e|do\ not\ have|don['’]t\ have)
      | As\ an?\ (?:AI|artificial|large\ language|language\ model)|As\ a\ (?:helpful\ )?(?:assistant|language\ model)
      | Unfortunately,\ (?:I|the)
      | (?:the\ )?(?:provided|given)\ (?:text|paper|context|document|excerpt)\ does(?:\ not|n['’]t))
      | 죄송(?:합니다|하지만|스럽)|(?:^|저는\s|나는\s)(?:AI|인공지능|언어\s?모델)(?:로서|이라서|이므로|으로서)
      | (?:도와드릴|제공해\s?드릴|답변할|답변을\s?드릴|요약할|요약을\s?(?:제공|작성|생성)할)
        \s?수\s?없(?:습니다|음|어요|네요)
      | ^(?:제공된|주어진|제시된|해당|입력)\s?(?:텍스트|본문|논문|문서|내용|정보|자료|발췌)
        (?:에서는|에는|에서|만으로는|로는|에)?\s?[^.]{0,40}?
        (?:(?:확인할|알|찾을|파악할)\s?수\s?없|(?:포함되어|포함돼|언급되어|언급돼)\s?있지\s?않|제공되지\s?않)
        (?:다|습니다|음|았다|었다|았습니다|었습니다)[\s.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
HONEST = re.compile(r"한계|제한점|제약|limitation|초록만|abstract only|only the abstract", re.IGNORECASE)
"""With one of these a limitations field may say that something could not be read or is not stated."""
STATES_NONE = re.compile(
    r"""(?:한계|제한점|제약|limitation)[^.]{0,30}
        (?:명시|언급|밝히|서술|기술|논의|제시|확인|다루|적)[^.]{0,12}(?:않|없|못)
      | 초록만|초록에서는
      | (?:\bno\b|\bany\b|not\ state|does\ not\ (?:state|discuss|mention|report))[^.]{0,30}limitations?
      | limitations?\ (?:is|are|was|were)\ not|abstract\ only|only\ the\ abstract""",
    re.IGNORECASE | re.VERBOSE,
)
"""A limitations field that says that the paper states none, or that only the abstract was read."""
LEFTOVERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("left over from a code fence", re.compile(r"```\w*|~~~")),
    (
        "left over from the model's thinking",
        re.compile(r"</?(?:think|thinking|reasoning|answer|output|response)>|<\|[a-z_]+\|?>", re.IGNORECASE),
    ),
    (
        "left over from JSON",
        re.compile(
            rf"[\"'](?:{_FIELDS}|topics|evidence|summary)[\"']\s*:|\{{\s*[\"'](?:\w+[\"']\s*:)?|[\"']\s*\}}|[\"'],\s*[\"']\w+[\"']\s*:"
        ),
    ),
    ("left over from escaping", re.compile(r"(?<!\\)\\(?:u[0-9a-fA-F]{4}|\"(?![a-zA-Z])|n(?![a-z])|t(?![a-z]))")),
    ("a heading", re.compile(r"(?:^|\n)[^\S\n]*+#{1,6}\s?\S*|###+")),
    (
        "a heading repeated",
        re.compile(rf"^\s*[*_]*(?:{_FIELDS}|목표|동기|기여|방법|결과|한계|결론|요약)[*_]*\s*[:：][*_]*", re.IGNORECASE),
    ),
    (
        "an echo of the instructions",
        re.compile(
            r"""in\ (?:one\ or\ two|two\ to\ four)\ sentences|say\ so\ if\ it\ states\ none|verbatim\ sentence
              | return\ (?:only\ )?(?:a\ |the\ )?json|(?:here\ is|here['’]s|below\ is)\ (?:the|a|your)\ (?:summary|json)
              | ignore\ (?:the\ )?(?:above|previous)|(?:as|per)\ (?:the\ )?instruct(?:ed|ions)
              | (?:system|user|assistant)\ prompt
              | 다음은[^.]{0,20}요약(?:입니다|이다|한\ 것)|한두\ 문장으로\ (?:작성|요약)|JSON\ (?:형식|스키마)으로
              | 위의?\ 지시(?:를|에|사항)""",
            re.IGNORECASE | re.VERBOSE,
        ),
    ),
)
OPEN_ENDS = re.compile(
    r"(?:보다|마다|처럼|까지|부터|에서|에게|으로|으로써|로써|로서|에|의|을|를|은|는|과|와|및|등|또는|그리고|하며|하고|하여"
    r"|되어|되고|되며|이며|으며|면서|지만|는데|므로|하면|위해|통해|대해|따라|대한|위한|통한|있는|하는|되는|된|한|할|될"
    r"|했으나|였으나|으나|하나|한다면|려면|도록|기에|거나|든지|했고|였고|다가|라는|다는|이라는)$"
)
"""Korean endings and particles after which a sentence goes on."""
