"""Find where a paper states its limits: in a section of its own, in a paragraph with that title, or in a sentence.

Knows English papers only. Does not read what the limits are.
"""

import re

from digest.model import Document

_TITLED = re.compile(r"\blimitations?\b|\bthreats to validity\b", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"(?:^|\n|[.!?]\s)[^\S\n]*(?:[\d.()]{1,6}\s)?((?:[A-Z][\w-]*,?\s(?:and\s|&\s|of\s)?){0,3}Limitations?"
    r"(?:\s(?:and|&|of)\s[\w ]{3,30})?|Threats to [Vv]alidity)\s?[.:—–](?=\s)"
)
_SENTENCE = re.compile(
    r"\b(?:"
    r"limitations?\sof\s(?:our|this|the\s(?:present|proposed|current)|these)\b"
    r"|(?:our|this|the\s(?:present|proposed|current))\s(?:\w+\s){1,3}(?:also\s|still\s)?(?:has|have)\s(?:\w+\s){0,2}limitations?\b"
    r"|we\s(?:acknowledge|note|discuss|recogni[sz]e)\s(?:\w+\s){0,3}limitations?\b"
    r"|(?:we\s)?(?:leave|left|defer)\s[^.!?\n]{0,80}\bfuture\s(?:work|research|stud)"
    r"|future\s(?:work|research)\s(?:will|should|could|may|might|can|includes?|is)\b"
    r"|we\sdo\snot\s(?:yet|currently)\b"
    r")",
    re.IGNORECASE,
)
_BEFORE, _AFTER = re.compile(r"[^.!?\n]{0,200}$"), re.compile(r"[^.!?\n]{0,200}")
"""The rest of a sentence; looked for only where its core was found, because a try at every letter costs much."""
_CUE = re.compile(
    r"(limitation|future (?:work|research)|we leave|beyond the scope|shortcoming|drawback|caveat|not yet|less obvious"
    r"|open (?:question|problem)|important to note|not robust|high cost|less pronounced"
    r"|we do not (?:consider|explore|study))"
    r"|however|cannot|fail|only|restrict|(?:does|do|did|is|are|was|were) not|remain|assum|struggl|degrad",
    re.IGNORECASE,
)
_SHOWN = 120
OF_OTHERS = ("introduction", "related", "references")
"""Kinds of sections that speak of the limits of earlier work."""


def stated_limitations(document: Document) -> str:
    """Return the title or the sentence with which a paper begins to state its limits, empty where there is none."""
    for section in document.sections:
        if section.kind == "limitations" or _TITLED.search(section.title):
            return section.title
    texts = [section.text for section in document.sections if section.kind not in OF_OTHERS]
    for text in texts:
        if titled := _PARAGRAPH.search(text):
            return " ".join(titled[1].split())[:_SHOWN]
    for text in texts:
        if core := _SENTENCE.search(text):
            before = _BEFORE.search(text, max(0, core.start() - 200), core.start())
            after = _AFTER.match(text, core.end())
            sentence = "".join(found[0] for found in (before, core, after) if found)
            return " ".join(sentence.split())[:_SHOWN]
    return ""


def limitation_cue(sentence: str) -> int:
    """Return how much a sentence looks like one about limits: 0, 1 or 3."""
    cue = _CUE.search(sentence)
    return 0 if cue is None else 3 if cue[1] else 1
