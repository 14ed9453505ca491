"""Whether a paper was withdrawn. arXiv has no field for it: the authors write it, in comment or abstract."""

import re

_THIS_PAPER = r"(?:(?:this|the|our) )?(?:arxiv )?(?:paper|submission|article|manuscript|work|preprint|version)"
_WAS = r"(?:has been|have been|was|is|is being) (?:temporarily |hereby |now )?"
# As a sentence of its own in the comment, or in place of the abstract.
_ABSTRACT = re.compile(rf"(?:^|[.!] ){_THIS_PAPER} {_WAS}withdrawn\b", re.IGNORECASE)
_COMMENT = re.compile(
    rf"(?:^|[.!;:,(] ?)(?:{_THIS_PAPER} )?(?:{_WAS})?withdrawn\b(?! (?:paper|submission|article|manuscript|version))",
    re.IGNORECASE,
)


def is_withdrawn(comment: str, abstract: str) -> bool:
    """Return whether comment or abstract of a paper report that it was withdrawn."""
    return bool(_COMMENT.search(comment) or _ABSTRACT.search(abstract))
