"""Which part of a paper a section is, by its title and by the titles inside it. Pure; English titles only."""

import re
from collections.abc import Sequence

from digest.model import SectionKind

_NUMBER = re.compile(
    r"^\s*(?:(?:section|chapter|appendix)\s+)?(?:\d+(?:\.\d+)*\.?|[ivxlc]+\.|[a-z]\.\d+(?:\.\d+)*\.?)\s+", re.IGNORECASE
)

_LIMITS = re.compile(r"\blimitations?\b|\bthreats? to validity\b|\bshortcomings\b|\bcaveats\b|^limits$", re.IGNORECASE)
_LIMITS_OF_OTHERS = re.compile(
    r"\b(?:limitations?|shortcomings)\s+(?:of|in|with)\s+(?!(?:our|this|these)\b|the\s+(?:present|current|proposed|study|work|paper|method|approach))"
    r"|\b(?:existing|prior|previous|current)\s+limitations?\b",
    re.IGNORECASE,
)
_RUN_IN = re.compile(
    r"^(?P<title>(?:discussion (?:and|&) |main |current |potential )?limitations?(?: of (?:our|this) \w+)?"
    r"(?:,? (?:and|&) [A-Za-z ]{3,40})?|threats to validity)\s?[.:—–]\s",
    re.IGNORECASE,
)
_OWN_LIMIT = re.compile(
    r"\b(?:(?:a|an|one|another|the|main|key|first|important|potential) (?:\w+ )?limitations? "
    r"(?:of (?:our|this|the)|is|in our|to our)"
    r"|limitations? of (?:our|this|the (?:present|proposed|current)) \w+"
    r"|(?:our|this|the proposed) (?:\w+ ){1,4}(?:has|have|suffers?|is subject to|comes with) (?:\w+ ){0,3}limitations?"
    r"|(?:several|some|a few|two|three|following) limitations)\b",
    re.IGNORECASE,
)

_REFERENCES = re.compile(r"references?(?: and notes| cited)?|bibliography|literature cited|works cited", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"(?:neurips|icml|iclr|aaai|acl)?\s*(?:paper|reproducibility|responsible nlp)?\s*checklist"
    r"|(?:table of )?contents|article info|key ?words(?: and phrases)?|index terms|ccs concepts",
    re.IGNORECASE,
)
STATEMENT = (
    r"(?:ethic(?:s|al)|broader impacts?|impact|reproducibility|data availability)(?: statement| considerations)?"
)
"""What publishers ask for behind the conclusion."""
_STATEMENT = re.compile(STATEMENT, re.IGNORECASE)
_APPENDIX = re.compile(
    r"append(?:ix|ices)\b|supplement|technical appendi|additional (?:results|details)", re.IGNORECASE
)

_CUES: tuple[tuple[SectionKind, str], ...] = (
    ("abstract", r"^(?:abstract|summary|executive summary|tl;?dr)$"),
    (
        "introduction",
        r"^(?:introduction|motivation|overview$|(?:background|motivation) and (?:introduction|motivation))",
    ),
    ("conclusion", r"\bconclu(?:sions?|ding)\b|^(?:closing|final|concluding) remarks|^summary and|\boutlook\b"),
    ("related", r"\brelated (?:work|literature|research)|\b(?:prior|previous) (?:work|art|research)|\bliterature\b"),
    (
        "results",
        r"\bexperiment|\bresults?\b|\bevaluat|\bablation|\bfindings\b|\bempirical|\bbenchmark\w* (?:results|perf)",
    ),
    ("results", r"\bperformance\b|\bcase stud|\bcomparisons?\b|\banalys[ie]s\b|\bbaselines\b"),
    ("related", r"^(?:background|preliminar|notation|problem (?:setup|setting))"),
    ("method", r"\bmethod|\bapproach|\barchitecture|\bmodel|\bframework|\balgorithm|\bpipeline|\bformulation|\btheor"),
    (
        "method",
        r"\bdesign\b|\btraining\b|\bdata|\bsystem|\bimplementation|\bproposed|\bour\b|\bfinetuning\b|\blearning\b",
    ),
    ("conclusion", r"^future (?:work|directions)|^summary$"),
)
"""In order: the first that is found in a title decides."""
_BY_TITLE = tuple((kind, re.compile(cue, re.IGNORECASE)) for kind, cue in _CUES)
_BACK_MATTER = re.compile(
    r"acknowledge?ments?\b|(?:author )?contributions$|funding\b|(?:competing|conflicts? of) interests?", re.IGNORECASE
)
_DISCUSSION = re.compile(r"\bdiscussions?\b|\bimplications\b", re.IGNORECASE)


def bare(title: str) -> str:
    """Return a title without its number: "3.2 Attention" → "Attention"."""
    return _NUMBER.sub("", title).strip(" .:—–")


def limits(title: str) -> bool:
    """Return whether a title announces the paper's own limits, not those of earlier work."""
    return bool(_LIMITS.search(title)) and not _LIMITS_OF_OTHERS.search(title)


def limits_run_in(paragraph: str) -> str:
    """Return the title that runs into a paragraph about the paper's limits, or nothing."""
    found = _RUN_IN.match(paragraph)
    return found["title"] if found else ""


def states_limitations(paragraph: str) -> bool:
    """Return whether a paragraph speaks of the paper's own limits within its first 300 characters."""
    return bool(_OWN_LIMIT.search(paragraph[:300]))


def references(title: str) -> bool:
    """Return whether a title announces the list of references."""
    return bool(_REFERENCES.fullmatch(bare(title)))


def boilerplate(title: str) -> bool:
    """Return whether a title announces a publisher's checklist, a table of contents or key words.

    A checklist's questions about limits are not the paper's.
    """
    return bool(_BOILERPLATE.fullmatch(bare(title)))


def appendix(title: str) -> bool:
    """Return whether a title announces an appendix."""
    return bool(_APPENDIX.match(title.strip()))


def divider(title: str) -> bool:
    """Return whether a title announces appendices without naming one."""
    return title.strip(" .:").lower() in ("appendix", "appendices")


def back_matter(title: str) -> bool:
    """Return whether a title announces thanks, contributions or funding."""
    return bool(_BACK_MATTER.match(bare(title)))


def statement(title: str) -> bool:
    """Return whether a title announces a statement about ethics, impact, reproducibility or data."""
    return bool(_STATEMENT.fullmatch(bare(title)))


def discussion(title: str) -> bool:
    """Return whether a title announces a discussion, which stands in for a conclusion that a paper lacks."""
    return bool(_DISCUSSION.search(title))


def of(title: str, subtitles: Sequence[str] = ()) -> SectionKind:
    """Return the kind that a title and, where it says nothing, the titles inside speak for; else "other"."""
    unnumbered = bare(title)
    if limits(unnumbered):
        return "limitations"
    if _LIMITS_OF_OTHERS.search(unnumbered):
        return "related"
    by_title = _by_title(unnumbered)
    if by_title != "other" or discussion(unnumbered):
        return by_title
    # A section that both sets up and evaluates ("Design", "Evaluation", …) is where its results are to be found.
    inside = {_by_title(bare(inner)) for inner in subtitles}
    return "results" if "results" in inside else "method" if "method" in inside else "other"


def _by_title(unnumbered: str) -> SectionKind:
    return next((kind for kind, cue in _BY_TITLE if cue.search(unnumbered)), "other")
