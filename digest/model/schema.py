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
    ask: str
    """What the model is asked to write there."""


INTRODUCTION = "Introduction"

FIELDS: tuple[Field, ...] = (
    Field("goal", "Goal", True, 400, "what the paper sets out to do, in one or two sentences"),
    Field("motivation", "Motivation", True, 400, "which problem of earlier work makes it necessary"),
    Field("contribution", "Contribution", True, 500, "what is new: the method, data or finding the authors claim"),
    Field("method", "Method", False, 1200, "how it works, concretely, in two to four sentences"),
    Field("results", "Results", False, 900, "the main measured results with their figures, benchmarks and baselines"),
    Field("limitations", "Limitations", False, 600, "limits that the paper states or shows; say so if it states none"),
    Field("conclusion", "Conclusion", False, 600, "what follows from it, in one or two sentences"),
)
NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)
TLDR_LIMIT = 160
"""The longest one-line summary asked for, in characters; 40 is the aim."""
QUOTE_LIMIT = 600
"""The longest evidence sentence asked for, in characters."""

HEADINGS: dict[str, Field] = {field.heading.lower(): field for field in FIELDS}
