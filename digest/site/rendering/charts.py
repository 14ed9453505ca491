"""Numbers → inline SVG that reads without a script or a style attribute."""

from collections.abc import Sequence
from html import escape

_YEAR = 12


def bars(columns: Sequence[tuple[str, str, int]], below: Sequence[str], phrase: str) -> str:
    """Draw upright bars. A column is its full name (for people who listen), its short name and its number.

    What stands below the short names says where they belong, such as a year; it may be empty.

    Those of less than a year are as wide as those of a whole one.
    """
    top = max((number for _, _, number in columns), default=0) or 1
    width, height = 44, 44
    whole = max(_YEAR, len(columns)) * width
    drawn, phrases = [], []
    for at, (name, short, number) in enumerate(columns):
        x = at * width
        size = round(number / top * height)
        if size:
            drawn.append(f'<rect x="{x}" y="{58 - size}" width="14" height="{size}"/>')
        drawn.append(f'<text x="{x}" y="{54 - size}">{number or ""}</text><text x="{x}" y="75">{escape(short)}</text>')
        drawn += [f'<text x="{x}" y="95">{escape(below[at])}</text>'] if below[at] else []
        phrases.append(phrase.format(month=name, n=number))
    label = escape(", ".join(phrases), quote=True)
    return (
        f'<svg viewBox="0 -4 {whole} 101" role="img" aria-label="{label}">'
        f'<path class="z" d="M0 58.5H{len(columns) * width}"/>{"".join(drawn)}</svg>'
    )


def line(values: Sequence[float | None], top: int, first: str, last: str) -> str:
    """Draw one line from 0 to `top` per cent, over values that are not known. A table tells listeners the numbers."""
    left, right, floor, ceiling = 24.0, 176.0, 58.0, 8.0
    step = (right - left) / max(1, len(values) - 1)
    points = [
        (left + step * at, floor - value / top * (floor - ceiling))
        for at, value in enumerate(values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    middle = (floor + ceiling) / 2
    return (
        '<svg viewBox="0 0 180 78" aria-hidden="true" focusable="false">'
        f'<path class="g" d="M{left:g} {middle:g}H{right:g}M{left:g} {ceiling:g}H{right:g}"/>'
        f'<path class="z" d="M{left:g} {floor:g}H{right:g}"/><polyline class="c" points="{path}"/>'
        f'<circle class="d" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        f'<text x="{left:g}" y="75">{escape(first)}</text>'
        f'<text x="{right:g}" y="75" text-anchor="end">{escape(last)}</text>'
        f'<text x="19" y="12" text-anchor="end">{top}</text><text x="19" y="62" text-anchor="end">0</text></svg>'
    )
