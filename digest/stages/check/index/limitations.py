"""Find where a paper states its limits: in a section of its own, in a paragraph with that title, or in a sentence.

Knows English papers only. Does not read what the limits are.
"""

import re

from digest.model import Document

_TITLED = re.compile(r"\blimitations?\b|\bthreats to validity\b", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"(?:^|\n)[^\S\n]*(?:[\d.()]{1,6}\s)?((?:[A-Z][\w-]*,?\s(?:and\s|&\s|of\s)?){0,3}Limitations?"
    r"(?:\s(?:and|&|of)\s[\w ]{3,30})?|Threats to [Vv]alidity)\s?[.:—–](?=\s)"
)
_SENTENCE = re.compile(
    r"[^.!?\n]{0,200}\blimitations?\sof\s(?:our|this|the\s(?:present|proposed|current)|these)\b[^.!?\n]{0,200}"
    r"|[^.!?\n]{0,60}\b(?:our|this|the\s(?:present|proposed|current))\s(?:\w+\s){1,3}(?:also\s|still\s)?(?:has|have)\s"
    r"(?:\w+\s){0,2}limitations?\b[^.!?\n]{0,200}"
    r"|[^.!?\n]{0,60}\bwe\s(?:acknowledge|note|discuss|recogni[sz]e)\s(?:\w+\s){0,3}limitations?\b[^.!?\n]{0,200}",
    re.IGNORECASE,
)
_SHOWN = 120


def stated_limitations(document: Document) -> str:
    """Return the title or the sentence with which a paper begins to state its limits, empty where there is none."""
    for section in document.sections:
        if section.kind == "limitations" or _TITLED.search(section.title):
            return section.title
    texts = [section.text for section in document.sections if section.kind not in ("related", "references")]
    for pattern in (_PARAGRAPH, _SENTENCE):
        for text in texts:
            if found := pattern.search(text):
                return " ".join(found[found.lastindex or 0].split())[:_SHOWN]
    return ""
