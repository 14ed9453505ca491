"""Check that a field is a whole text of its own: not empty, cut, copied, a placeholder, a refusal or left-over prompt.

Does not judge whether it says enough. A limitations field that honestly says that the paper states none is no finding.
Facts of the tables: replies collected in the issue trackers of other digests, and the wording of our prompt and schema.
"""

import re
from collections.abc import Iterator
from functools import partial

from digest.model import Finding
from digest.stages.check.completeness.placeholders import FIELDS, gap_in, is_placeholder
from digest.stages.check.completeness.writing import is_of_the_writing, order_in
from digest.stages.check.index import likeness
from digest.stages.check.prose import SCRIPTS, ending_of, sentences_of, states_no_limitations
from digest.stages.check.subject import LONGEST, Subject

COPY = 90
"""Likeness in percent from which a field copies another."""
SAME_LINE = 97
"""The same for the one-line summary, which may well resemble the goal."""
INSIDE = 92
"""Likeness of a field to a stretch of a longer one from which it is inside it."""

_OTHERS = "기존|모델은|모델이|방법|사람|선행|이전|연구"  # who cannot do something in a sentence that is no excuse
_REFUSALS = re.compile(
    rf"""\b(?:I['’]?m\ (?:sorry|unable|not\ able)|I\ am\ (?:sorry|unable)
      | I\ (?:cannot|can['’]t|can\ not|apologi[sz]e|do\ not\ have|don['’]t\ have)
      | As\ an?\ (?:AI|artificial|large\ language|language\ model)|As\ a\ (?:helpful\ )?(?:assistant|language\ model)
      | Unfortunately,\ (?:I|the)
      | (?:the\ )?(?:provided|given)\ (?:text|paper|context|document|excerpt)\ does(?:\ not|n['’]t))
      | 죄송(?:합니다|하지만|스럽)|(?:^|저는\s|나는\s)(?:AI|인공지능|언어\s?모델)(?:로서|이라서|이므로|으로서)
      | (?:도와드릴|제공해\s?드릴|답변할|답변을\s?드릴|요약할|요약을\s?(?:제공|작성|생성)할)
        \s?수\s?없(?:습니다|음|어요|네요)
      | ^(?:제공된|주어진|제시된|해당|입력)\s?(?:텍스트|본문|논문|문서|내용|정보|자료|발췌)
        (?:에서는|에는|에서|만으로는|로는|에)?\s?[^.]{{0,40}}?
        (?:(?:확인할|알|찾을|파악할)\s?수\s?없|(?:포함되어|포함돼|언급되어|언급돼)\s?있지\s?않|제공되지\s?않)
        (?:다|습니다|음|았다|었다|았습니다|었습니다)[\s.]*$
      | ^(?!.*(?:{_OTHERS}))(?:.{{0,20}}\s)?(?:요약|정리|답변|도움)[을를]?\s?(?:제공|작성)?[할줄]\s?수\s?없[다음][\s.]*$
      | ^(?!.*(?:{_OTHERS}))(?:제공된|주어진|제시된|해당|입력된?|요청한|이)?\s?
        (?:텍스트|본문|논문|문서|내용|정보|자료|발췌|요청|원문|초록)\S{{0,6}}\s[^.]{{0,40}}?(?:요약|정리|작성|생성|답변|제공|파악|판단|처리|기술|서술)\S{{0,6}}\s?
        (?:수\s?없|못\s?하|못\s?했|지\s?(?:못|않))(?:다|는다|았다|했다|음)?[\s.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LIMITATION_WORDS = re.compile(r"한계|제한점|제약|limitation|초록만|abstract only|only the abstract", re.IGNORECASE)
"""With one of these a limitations field may say that something could not be read or is not stated."""
_LEFTOVERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("left over from a code fence", re.compile(r"```\w*|~~~")),
    (
        "left over from the model's thinking",
        re.compile(r"</?(?:think|thinking|reasoning|answer|output|response)>|<\|[a-z_]+\|?>", re.IGNORECASE),
    ),
    (
        "left over from JSON",
        re.compile(
            rf"[\"'](?:{FIELDS}|topics|evidence|summary)[\"']\s*:|\{{\s*[\"'](?:\w+[\"']\s*:)?|[\"']\s*\}}|[\"'],\s*[\"']\w+[\"']\s*:"
        ),
    ),
    ("left over from escaping", re.compile(r"(?<!\\)\\(?:u[0-9a-fA-F]{4}|\"(?![a-zA-Z])|n(?![a-z])|t(?![a-z]))")),
    ("a heading", re.compile(r"(?:^|\n)[^\S\n]*+#{1,6}\s?\S*|###+")),
    (
        "a heading repeated",
        re.compile(rf"^\s*[*_]*(?:{FIELDS}|목표|동기|기여|방법|결과|한계|결론|요약)[*_]*\s*[:：][*_]*", re.IGNORECASE),
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
_OPEN_ENDS = re.compile(
    r"(?:보다|마다|처럼|까지|부터|에서|에게|으로|으로써|로써|로서|에|의|을|를|은|는|과|와|및|등|또는|그리고|하며|하고|하여"
    r"|되어|되고|되며|이며|으며|면서|지만|는데|므로|하면|위해|통해|대해|따라|대한|위한|통한|있는|하는|되는|된|한|할|될"
    r"|했으나|였으나|으나|하나|한다면|려면|도록|기에|거나|든지|했고|였고|다가|라는|다는|이라는)$"
)
"""Korean endings and particles after which a sentence goes on."""


def check_complete(subject: Subject) -> Iterator[Finding]:
    """Yield what makes a field less than a text of its own: at most one finding each, beside copies and length."""
    for field, text in subject.fields.items():
        if field in subject.cut:
            yield Finding("complete", field, f"{field} has {subject.cut[field]:,} characters; {LONGEST:,} were judged")
        if not text.strip():
            if field != "tldr":
                yield Finding("complete", field, f"{field} is empty", empty=True)
            continue
        found = next(_faults(field, text, subject), None)
        if found:
            yield found
    yield from _copies(subject)


def _faults(field: str, text: str, subject: Subject) -> Iterator[Finding]:
    bare, nothing = text.strip().strip("\"'“”*_"), partial(Finding, "complete", field, empty=True)
    honest = field == "limitations" and _LIMITATION_WORDS.search(bare)
    nothing_said = is_placeholder(bare) or is_of_the_writing(bare)
    if (nothing_said and not (honest and states_no_limitations(bare))) or not any(char.isalnum() for char in bare):
        yield nothing(f"{field} is a placeholder (“{text.strip()[:60]}”)", text.strip())
    if gap := gap_in(text, subject.paper_text):
        yield nothing(f"“{gap}” in {field} is a placeholder", gap)
    refusal = _REFUSALS.search(bare) if len(sentences_of(bare)) <= 2 else None
    if refusal and not honest and not _is_quoted(refusal, bare):
        yield nothing(f"{field} refuses or excuses itself instead of summarising", refusal[0])
    for what, pattern in _LEFTOVERS:
        left = pattern.search(text)
        if left and not (left.start() and left[0].strip() in subject.paper_text):
            yield Finding("complete", field, f"“{left[0].strip()}” in {field} is {what}", left[0].strip())
    if order := order_in(text, subject.paper_text):
        yield Finding("complete", field, f"“{order}” in {field} tells the reader what to do", order)
    if last := _unfinished(text, subject.language):
        yield Finding("complete", field, f"{field} breaks off in mid-sentence (“{last[-30:]}”)", last[-30:])


def _is_quoted(words: re.Match[str], text: str) -> bool:
    """Return whether quotation marks open before the words and close behind them: what a model is made to say."""
    return bool(
        re.search(r"[“\"'‘「][^”\"'’」]*$", text[: words.start()])
        and re.match(r"[^“‘「]*[”\"'’」]", text[words.end() :])
    )


def _unfinished(text: str, language: str) -> str:
    """Return the last sentence where it was not finished, else nothing."""
    last = text.rstrip().rsplit("\n", 1)[-1].strip()
    ending = ending_of(last)
    if re.search(r"(?:…|\.\.\.)[\"'”’)]*$", last) or re.search(r"[,;:(·\-–/]$", last):
        return last
    if re.search(r"https?://\S+$", last):
        return ""
    if last.count("(") > last.count(")"):
        return last
    stopped = bool(re.search(r"[.!?。！？][\"'”’)\]」』*_]*(?:\s?\([^()]*\))?$", last))
    if not language.startswith("ko"):
        return "" if stopped else last
    if not SCRIPTS["Hangul"].search(ending[-1:]):
        return "" if stopped and not ending.endswith(",") else last
    if _OPEN_ENDS.search(ending):
        return last
    return "" if stopped or ending.endswith("다") else last


def _copies(subject: Subject) -> Iterator[Finding]:
    """Compare each field with those before it; the one-line summary comes last."""
    written = {field: " ".join(text.split()) for field, text in subject.fields.items() if len(text.strip()) >= 10}
    fields = list(written)
    for at, field in enumerate(fields):
        for earlier in fields[:at]:
            one, other = written[field], written[earlier]
            if likeness.ratio(one, other) >= (SAME_LINE if field == "tldr" else COPY):
                yield Finding("complete", field, f"{field} copies {earlier}", subject.fields[field].strip())
                break
            if field == "tldr":
                continue
            short, long = sorted((one, other), key=len)
            if len(long) > 1.1 * len(short) and likeness.partial_ratio(short, long) >= INSIDE:
                yield Finding(
                    "complete",
                    field,
                    f"most of {field} and of {earlier} is the same text",
                    short if short == one else "",
                )
                break
