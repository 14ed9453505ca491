"""Know sentences that speak of the writing instead of the paper: put off, left out, excused, or said to the reader.

Knows Korean, English and Japanese; judges single sentences, and not whether a field with others says enough.
"""

import re

from digest.stages.check.prose import sentences_of

_PART = (
    r"(?:(?:이|본|해당|위)\s)?(?:논문의?\s)?(?:결론|목표|동기|기여|방법|결과|한계|요약|내용|본문|부분|항목|정보|설명|절|칸)"
    r"(?:\s?(?:요약|내용|부분|항목|설명))?"
)
_TEXT = r"(?:(?:이|본|해당)\s)?(?:논문|본문|원문|초록|텍스트|문서|전문)(?:의\s\S{1,4})?"
_WRITE = r"(?:작성|요약|기재|기입|서술|정리)"
_MORE = r"(?:추가|보완|업데이트|입력)"
_SAID = r"\S{0,8}(?:\s(?:예정|것|계획|한다|된다|바란다|있다|않|않는다|않았다|수\s?없\S{0,3}|못\S{0,3})\S{0,4}){0,3}"
_EXPLAIN = r"(?:요약|작성|기술|서술|설명|기입|기재|입력|정리|적는|적습|쓴|씁|씀)"
_LENGTH = r"(?:한|한두|두|두세|서너|네|몇|\d+(?:\s?[~∼-]\s?\d+)?)\s?(?:문장|문단|글자|자|줄)\S{0,3}(?:\s이내\S{0,2})?"
_CANNOT = r"수\s?(?:가\s)?없\S{0,3}"
_SENTENCES = (
    rf"(?:{_PART}[은는을를이가]?\s)?(?:추후|나중에|이후에?|다음에|곧)\s?(?:에\s)?{_WRITE}{_SAID}",
    rf"(?:(?:내용|요약|항목|설명)[은는을를]?\s)?(?:추후|나중에|이후에?|다음에|곧)\s?{_MORE}{_SAID}",
    rf"{_PART}[은는을를이가]?\s(?:{_WRITE}|{_MORE})\s?(?:될\s|할\s)?예정\S{{0,3}}",
    rf"(?:내용|요약|항목|설명|부분)[을를]\s(?:{_WRITE}|{_MORE}|채워)\S{{0,2}}\s?(?:넣어)?야\s?(?:한다|함|합니다)",
    rf"(?:{_PART}[은는이가]?\s)?(?:위|앞|이전|상기)(?:에서\s\S{{1,8}}|의\s\S{{1,6}})?(?:\s?(?:것|바|내용))?[와과]?\s"
    r"(?:같|동일하|마찬가지)\S{0,3}",
    r"상동(?:이다)?",
    rf"(?:이|본|해당|각)\s?(?:필드|항목|섹션|칸|란|절|부분)(?:에는?|에서는?)\s.{{0,80}}{_EXPLAIN}\S{{0,6}}",
    rf"(?:이|본|해당|각)\s?(?:필드|항목|섹션|칸|란)(?:은|는|의)\s"
    rf"(?=.*(?:논문|요약|문장|본문|저자|내용)).{{0,80}}{_EXPLAIN}\S{{0,6}}",
    rf"(?:(?:이|본|해당)\s)?논문(?:의\s.{{1,30}}|[을를])\s(?:.{{0,20}}\s)?{_LENGTH}\s(?:.{{0,20}}\s)?{_EXPLAIN}\S{{0,6}}",
    rf"{_PART}[을를]?\s(?:.{{0,20}}\s)?{_LENGTH}\s(?:.{{0,20}}\s)?{_EXPLAIN}\S{{0,6}}",
    rf".{{0,80}}{_EXPLAIN}(?:하시오|하세요|하십시오|해\s?주세요|해\s?주십시오|하라|할\s것)",
    r"(?:이|본|해당|위)?\s?(?:결론|목표|동기|기여|한계|요약|내용|본문|원문|초록|텍스트|정보)(?:\s내용)?[은는이가]\s"
    r"(?:(?:따로|별도로|여기에|아직)\s)?(?:제공|입력|전달|작성|주어)(?:되|하|돼)?\S?\s?(?:있지\s)?않\S{0,4}",
    rf"{_TEXT}[이가은는을를]?\s(?:[^.]{{0,12}}\s)?"
    r"(?:잘려|잘렸|끊겨|끊어져|누락되어|깨져|없어|짧아|(?:제공|전달|입력)되지\s않아|주어지지\s않아|볼\s수\s없어|읽을\s수\s없어)\S{0,3}"
    rf"\s.{{0,24}}(?:알|확인할|파악할|요약할|판단할|쓸|적을)\s{_CANNOT}",
    rf"{_TEXT}(?:에서는?|만으로는?|을|를|로는?)\s(?:.{{0,15}}\s)?(?:확인|파악|알|찾을|특정|읽을)(?:할)?\s{_CANNOT}",
    rf"(?:해당|관련|요청한|이런|그런)\s(?:정보|내용|사항|설명|언급|부분)\S{{0,2}}\s{_TEXT}\S{{0,3}}\s"
    r"(?:없|나오지\s않|(?:포함|언급|제공|제시)되\S{0,2}\s(?:있지\s)?않|나와\s있지\s않)\S{0,4}",
    rf"(?:(?:더\s)?(?:자세한|상세한|구체적인|나머지)\s?)(?:내용|사항|설명|결과|방법|정보|것|수치)?[은는을를]?\s{_TEXT}"
    r"\S{0,3}\s(?:직접\s)?(?:참고|참조|확인|보면|보기|읽어|나와|있)" + _SAID,
    rf"(?:이|해당|본)\s(?:부분|항목|내용|설명|절)[은는을를]?\s(?:여기서는?\s)?생략{_SAID}",
    r"(?:.{0,20}\s)?(?:여기|이곳|이\s자리)(?:에는?)?\s.{0,20}(?:들어간|들어갈|적는|적을|쓴|쓸|넣는|넣을|작성|추가|기입)\S{0,4}",
    r"(?:요청|지시|요구|주문)(?:하신|한|된|받은)\s.{0,20}(?:작성|요약|정리|출력|답변)\S{0,5}",
    r"(?:예시|샘플|더미|테스트|임의의?|가짜)\s?(?:문장|텍스트|내용|요약|글)(?:\s?\d+)?(?:이다|입니다|임)?",
    rf"(?:문장|텍스트|{_PART})\s?\d+(?:이다|입니다|임)?",
    r"(?P<same>\S{1,6}?)[은는]\s(?P=same)(?:이다|입니다|임)",
    r"(?:저는|제가|저로서는|저희는)\s.*",
    r"(?:AI|인공지능|(?:(?:AI|인공지능|대규모|거대)\s)?언어\s?모델)(?:로서는?|이라서|이므로|인\s저)\s.*",
    # English
    r"(?:this|the) (?:section|part|field|summary|content) (?:will|is to|needs to|should) be (?:\w+ )?"
    r"(?:written|added|completed|filled|updated|provided)\b.*",
    r"(?:in )?(?:this|the) (?:section|part|field|slot|item|entry)\b(?=.*\b(?:paper|summary|sentences?|authors?|text)\b)"
    r".{0,20}\b(?:should|must|will|contains?|describes?|summari[sz]es?|explains?|is for|holds|goes)\b.{0,120}",
    r"(?:(?:the|your|a|an) )?(?:\w+ ){0,3}(?:summary|text|content|answer|description|goal|motivation|contribution"
    r"|method|results?|limitations?|conclusion)(?: of the \w+)? (?:goes|go|comes|belongs|will go|is to go|to go) here",
    r"your (?:\w+ ){0,3}here",
    r"(?:please )?(?:write|describe|summari[sz]e|state|explain|provide|insert|enter|fill)\b.{0,100}"
    r"\b(?:here|in (?:one|two|\d|one or two|two to four|a few) sentences?)",
    r"(?:to be|will be) (?:written|added|completed|determined|announced|filled in|updated|provided)"
    r"(?: (?:later|soon))?",
    r"(?:(?:the )?same as|see) above|as (?:stated )?above|ditto",
    r"(?:please )?(?:see|refer to|read|consult) the (?:full )?(?:paper|text|abstract|article)\b.*",
    r"(?:(?:more|further|all) )?details? (?:can be found|are (?:given|found|available))"
    r" in the (?:full )?(?:paper|text).*",
    r"(?:the|this|a) (?:summary|conclusion|goal|motivation|content|information|text|abstract|full text)"
    r" (?:is|was|were) "
    r"(?:not (?:provided|available|given|included)|omitted|missing|truncated|cut off)\b.*",
    r"(?:I|we) (?:could|can|was|were|am|have)(?: not|n['’]t) (?:been )?(?:able to )?"
    r"(?:read|access|see|find|summari[sz]e"
    r"|determine|open)\b.*",
    r"(?:this|it) is (?:a|an) (?:placeholder|example|sample|dummy)(?: (?:sentence|text))?"
    r"|(?:sample|dummy|example) (?:text|sentence)",
    # Japanese
    r"(?:後で|後日|後ほど|追って)(?:記入|記載|作成|追加|要約).*|(?:上記|上|前述)(?:と同じ|の通り|と同様).*",
    r"(?:詳細|詳しく)は?(?:論文|本文|原文)を(?:参照|ご覧|確認).*|(?:該当|情報|記載|要約)(?:なし|がない|はない)",
    r"(?:結論|要約|情報|本文|内容)(?:は|が)(?:提供|記載)されてい?(?:ない|ません).*",
    r"私は.*|(?:AI|人工知能|言語モデル)(?:として|なので).*|(?:この|本)論文を読(?:めな|むことができ).*|ここに.{0,30}(?:書|記入|入|要約|記述|記載)\S*",
    r"(?:この|本)(?:フィールド|項目|欄|セクション|部分)(?:に|では|は).{0,60}(?:記入|記載|記述|要約|書|説明|入力|まとめ)\S*",
    r"(?:この|本)?論文の.{0,30}文で.{0,10}(?:記述|要約|書|説明|まとめ)\S*",
)
_WRITING = re.compile("|".join(f"(?:{one})" for one in _SENTENCES), re.IGNORECASE)
_MARKS = " \t\n\"'“”*_-.!?。…:()[]"
_ORDERS = re.compile(
    r"^독자\S{0,2}\s(?:지금|당장|즉시|반드시|꼭)\s.{0,60}(?:야\s(?:한다|함)|하라|바란다)"
    r"|(?:반드시|꼭)\s(?:이\s논문을\s)?인용해야|(?:리뷰어|심사자|심사위원)\S{0,2}\s.{0,30}(?:점수|만점)\S{0,2}\s주어?야"
    r"|(?:readers?|you) (?:must|should) (?:now|immediately)\b|(?:must|should) be cited\b",
    re.IGNORECASE,
)
_OVERRIDES = re.compile(
    r"(?:이전|앞선|앞의|위의|모든|기존)\s(?:지시|명령|지침|프롬프트)\S{0,3}\s(?:모두\s)?무시(?:하라|해라|해야|하고|할\s것)"
    r"|(?:ignore|disregard) (?:all |the )*(?:previous|prior|above|earlier) (?:instructions|prompts|rules)",
    re.IGNORECASE,
)
_IGNORES = re.compile(r"\b(?:ignor|disregard|injection|jailbreak|overrid)", re.IGNORECASE)


def is_of_the_writing(text: str) -> bool:
    """Return whether every sentence of a text speaks of the writing, and none of a paper."""
    sentences = [sentence.strip(_MARKS) for sentence in sentences_of(text)]
    return bool(sentences) and all(_WRITING.fullmatch(sentence) for sentence in sentences)


def order_in(text: str, paper: str) -> str:
    """Return the words that tell a reader, or a model, what to do; a paper about such orders may have them."""
    if found := next(filter(None, (_ORDERS.search(one.strip(_MARKS)) for one in sentences_of(text))), None):
        return found[0]
    found = _OVERRIDES.search(text)
    return found[0] if found and not _IGNORES.search(paper) else ""
