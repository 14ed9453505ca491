"""The fixed schema of a summary: which fields there are, what they are called, how long they may be.

The only list of them: the post, the prompt, the reply's JSON schema, the checks and the pages read it from here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a summary."""

    name: str
    heading: str
    """Its title in the post, the same in every language, as the reference post has it."""
    introduction: bool
    """Whether it stands as a bullet under `## Introduction` (one line) or as a section of its own."""
    limit: int
    """The longest answer asked for, in characters; keeps servers with weak models from running on."""
    claims: int
    """The most sentences and bullets asked for."""
    ask: str
    """What the model is asked to write there."""


INTRODUCTION = "Introduction"

FIELDS: tuple[Field, ...] = (
    Field("goal", "Goal", True, 400, 2, "what the paper sets out to do, in one sentence"),
    Field("motivation", "Motivation", True, 400, 2, "what earlier work cannot do, and what can now be done or avoided"),
    Field(
        "contribution", "Contribution", True, 500, 2, "what is new: the method, data or finding that the authors claim"
    ),
    Field("method", "Method", False, 1200, 5, "how it works, concretely, in two to four sentences"),
    Field(
        "results", "Results", False, 900, 6, "one sentence with the outcome and the strongest baseline, then bullets"
    ),
    Field(
        "limitations",
        "Limitations",
        False,
        600,
        4,
        "limits that the authors state, then apart from them those that the results show",
    ),
    Field("conclusion", "Conclusion", False, 600, 2, "what follows from it for somebody who decides, in one sentence"),
)
NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)
TLDR_LIMIT = 160
"""The longest one-line summary asked for, in characters; 40 is the aim."""
QUOTE_LIMIT = 600
"""The longest quoted passage asked for, in characters."""

HEADINGS: dict[str, Field] = {field.heading.lower(): field for field in FIELDS}
