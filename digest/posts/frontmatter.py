"""YAML front matter: the block between two `---` lines on top of a post. Values stay strings, as they are written."""

import re

import yaml

from digest.errors import ArchiveError
from digest.model import Header

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(r"[^\W\d_][\w가-힣 ·./+-]*")
_DATE = re.compile(r"(?:\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?)?", re.ASCII)
# The five lines as `render` writes them, without a sign that YAML would read as anything but itself: most posts of an
# archive begin so, and need no YAML. Tests compare the two.
_WORD = r"[^\W\d_](?:[\w가-힣·./+ -]*[\w가-힣·./+-])?"
_OURS = re.compile(
    rf'layout: (?P<layout>{_WORD})\ntitle: "(?P<title>[^"\\\n]*)"\ndate: (?P<date>[0-9-]{{10}} [0-9:]{{8}})\n'
    rf"tags: \[(?P<tags>(?:{_WORD}(?:, {_WORD})*)?)\]\ncategories: \[(?P<categories>(?:{_WORD}(?:, {_WORD})*)?)\]\n"
)
_OWN = frozenset({"layout", "title", "date", "tags", "categories"})
_DEEP = 1000
_WORDS_WITH_MEANING = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"})
# Characters that YAML's double quotes may not hold as they are (https://yaml.org/spec/1.2.2/#51-character-set).
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def parse(text: str, *, title: str = "") -> tuple[Header, str]:
    """Split a post into its front matter and the rest. Raises ArchiveError where either is broken.

    `title` is what a post is called that says nothing of it, as one by Jekyll need not; without it, that is an error.
    """
    block = _BLOCK.match(text)
    if block is None and title and not text.startswith("---"):
        return Header(title=title, date=""), text
    if block is None:
        raise ArchiveError("no front matter", hint="start the post with a block between two `---` lines")
    ours = _OURS.fullmatch(block[1])
    if ours and ours["title"].isprintable():
        tags, categories = (tuple(filter(None, ours[name].split(", "))) for name in ("tags", "categories"))
        header = Header(layout=ours["layout"], title=ours["title"], date=ours["date"], tags=tags, categories=categories)
        return header, text[block.end() :]
    return _parse_yaml(block[1], title), text[block.end() :]


def _parse_yaml(source: str, title: str) -> Header:
    try:
        refuse_depth(source)
        # Nodes, not values: dates and versions keep their spelling, and an alias is not multiplied out.
        root = yaml.compose(source, Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        line = getattr(getattr(cause, "problem_mark", None), "line", 0) + 2
        raise ArchiveError(f"front matter: line {line}: invalid YAML") from cause
    if root is None and title:
        return Header(title=title, date="")
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ArchiveError("front matter: expected lines of `key: value`")
    nodes = {str(key.value): value for key, value in root.value}
    title = _text(nodes.get("title")) or title
    if not title and not isinstance(nodes.get("title"), yaml.ScalarNode):
        raise ArchiveError("front matter: title is missing")
    lines = source.splitlines(keepends=True)
    starts = [key.start_mark.line for key, _ in root.value]
    spans = zip(root.value, starts, [*starts[1:], len(lines)], strict=True)
    return Header(
        layout=_text(nodes.get("layout")) or "post",
        title=title,
        date=_text(nodes.get("date")),
        tags=_words(nodes.get("tags")),
        categories=_words(nodes.get("categories")),
        extra={key: _value(node) for key, node in nodes.items() if key not in _OWN},
        extra_source="".join("".join(lines[start:end]) for (key, _), start, end in spans if str(key.value) not in _OWN),
    )


def render(header: Header) -> str:
    """Write the block, `---` lines included, so that YAML 1.1 and 1.2 read back what is in `header`."""
    lines = [
        f"layout: {_scalar(header.layout)}",
        f"title: {quoted(header.title)}",
        f"date: {header.date if _DATE.fullmatch(header.date) else quoted(header.date)}",
        f"tags: {_flow(header.tags)}",
        f"categories: {_flow(header.categories)}",
    ]
    return "\n".join(["---", *lines, f"{header.extra_source}---", ""])


def refuse_depth(source: str) -> None:
    """Raise YAMLError where YAML is nested so deeply that libyaml would take the whole process down.

    It composes by recursion in C and crashes somewhere above 20,000 levels, which take as many characters.
    """
    if len(source) < _DEEP:
        return
    depth = 0
    for event in yaml.parse(source, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEP:
            # The stubs know only the Python parser's marks; C's have the same attributes.
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)  # type: ignore[arg-type]


def quoted(value: str) -> str:
    """Write a string in YAML's double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda char: f"\\u{ord(char[0]):04x}", escaped) + '"'


def _scalar(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _WORDS_WITH_MEANING
    return value if plain else quoted(value)


def _flow(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_scalar(value) for value in values)}]"


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _words(node: yaml.Node | None) -> tuple[str, ...]:
    """Read Jekyll's two ways of writing a list: a YAML list, or words in one string."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(text for item in node.value if (text := _text(item)))
    return tuple(_text(node).split())


def _value(node: yaml.Node) -> str | list[str]:
    """Return a value as far as anything here reads it: a string or a list of strings. Deeper ones are empty."""
    return [_text(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else _text(node)
