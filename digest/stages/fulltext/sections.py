"""Make sections of headings, paragraphs and tables: fold, name their kind, set the limits apart, cut the references.

Shared by every reader, so that a paper reads the same wherever it came from. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from digest.model import Section, SectionKind
from digest.stages.fulltext import section_kinds
from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose

_UNTITLED_PROSE = 400
"""Characters of text before the first heading that are worth a section; less is a title page."""
_LEAD = 99
"""Deeper than any heading: what stands behind a lead ends at the next lead or heading."""


@dataclass(slots=True)
class _Part:
    title: str
    appendix: bool = False
    lines: list[Prose | Heading] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    @property
    def subtitles(self) -> list[str]:
        return [line.title for line in self.lines if isinstance(line, Heading)]

    @property
    def text(self) -> str:
        return "\n".join(line.title if isinstance(line, Heading) else line.text for line in self.lines)


def sections(blocks: Iterable[Block]) -> tuple[Section, ...]:
    """Return the sections of a paper in their order, without empty ones, references, thanks and checklists.

    The paper's limits become a section of kind `limitations` wherever they stand: as a section, below a heading inside
    another one, or behind a bold lead; it follows the section it stood in. Without such a title, paragraphs that admit
    a limit are taken out of the discussion or conclusion under that section's title. Titles lose their numbers.
    """
    parts = [piece for part in _grouped(blocks) for piece in _without_limits(part)]
    named = _named([part for part in parts if part.lines or part.tables])
    if not any(kind == "limitations" for _, kind in named):
        named = list(_admitted(named))
    return tuple(Section(part.title, part.text, kind, tuple(part.tables)) for part, kind in named)


def _grouped(blocks: Iterable[Block]) -> Iterator[_Part]:
    part = _Part("")
    dropping: int | None = None
    after_references = listing = checklist = False
    for block in blocks:
        if isinstance(block, Heading):
            inside = dropping is not None and block.level > dropping
            if inside and (checklist or not section_kinds.statement(block.title)):
                continue
            cut = (
                section_kinds.references(block.title)
                or section_kinds.boilerplate(block.title)
                or (block.level == 1 and not block.appendix and section_kinds.back_matter(block.title))
            )
            after_references = after_references or section_kinds.references(block.title)
            dropping = block.level if cut else None
            if cut:
                listing = section_kinds.references(block.title)
                checklist = section_kinds.boilerplate(block.title)
                continue
            if block.level == 1:
                # "Appendix" on a line of its own divides the paper; what stands below it belongs to the first one.
                divider = block.appendix and section_kinds.divider(part.title)
                if not divider:
                    yield from _worthwhile(part)
                loose = part.tables if divider or not part.title else []
                above = part.lines if divider else []
                appendix = block.appendix or after_references or section_kinds.appendix(block.title)
                title = block.title if appendix else section_kinds.bare(block.title) or block.title
                part = _Part(title, appendix, above, loose)
            else:
                part.lines.append(replace(block, title=section_kinds.bare(block.title) or block.title))
        elif dropping is not None and (listing or not _limits_lead(block)):
            continue
        elif isinstance(block, Grid):
            part.tables.append(block.text)
        else:
            # Limits behind the thanks are read: like a statement, they stay with the section above.
            dropping = None
            part.lines.append(block)
    yield from _worthwhile(part, last=True)


def _worthwhile(part: _Part, *, last: bool = False) -> Iterator[_Part]:
    if part.title or len(part.text) >= _UNTITLED_PROSE or (last and (part.lines or part.tables)):
        yield part
        if not part.title:
            part.tables = []


def _limits_lead(block: Block) -> bool:
    return isinstance(block, Prose) and bool(section_kinds.limits_run_in(block.text))


def _without_limits(part: _Part) -> Iterator[_Part]:
    """Yield the part without what it says below titles about limits, then that as a part of its own."""
    if section_kinds.of(part.title) in ("abstract", "introduction", "related", "limitations"):
        yield part
        return
    rest, found = replace(part, lines=[]), _Part("", part.appendix)
    inside: int | None = None
    for line in part.lines:
        if isinstance(line, Heading):
            if inside is None or line.level <= inside:
                inside = line.level if section_kinds.limits(line.title) else None
                if inside is not None and not found.title:
                    found.title = line.title
                    continue
            (rest if inside is None else found).lines.append(line)
            continue
        lead = section_kinds.limits_run_in(line.text) or section_kinds.limits_run_in(f"{line.lead.strip(' .:—–')}. ")
        if inside in (None, _LEAD):
            inside = _LEAD if lead and line.lead else None if line.lead or inside is None else inside
        if lead or inside is not None:
            found.title = found.title or lead.strip(" .:—–")
            found.lines.append(line)
        else:
            rest.lines.append(line)
    yield rest
    if found.lines:
        yield found


def _named(parts: list[_Part]) -> list[tuple[_Part, SectionKind]]:
    own = [section_kinds.of(part.title, part.subtitles) for part in parts]
    last_result = max(
        (place for place, kind in enumerate(own) if kind == "results" and not parts[place].appendix), default=-1
    )
    has_conclusion = any(kind == "conclusion" and not part.appendix for part, kind in zip(parts, own, strict=True))
    return [
        (part, _settled(part, kind, before_results=place < last_result, has_conclusion=has_conclusion))
        for place, (part, kind) in enumerate(zip(parts, own, strict=True))
    ]


def _settled(part: _Part, kind: SectionKind, *, before_results: bool, has_conclusion: bool) -> SectionKind:
    """Return the kind of a part after a look at its place in the paper."""
    if part.appendix or section_kinds.back_matter(part.title):
        return "limitations" if kind == "limitations" else "appendix"
    if kind != "other":
        return kind
    if section_kinds.discussion(part.title):
        return "other" if has_conclusion else "conclusion"
    return "method" if part.title and before_results else "other"


def _admitted(named: list[tuple[_Part, SectionKind]]) -> Iterator[tuple[_Part, SectionKind]]:
    for part, kind in named:
        if kind != "conclusion" and not (kind == "other" and section_kinds.discussion(part.title)):
            yield part, kind
            continue
        stated = [
            line for line in part.lines if isinstance(line, Prose) and section_kinds.states_limitations(line.text)
        ]
        taken = set(map(id, stated))
        rest = [line for line in part.lines if id(line) not in taken]
        if rest or part.tables:
            yield replace(part, lines=rest), kind
        if stated:
            yield _Part(part.title, part.appendix, list(stated)), "limitations"
