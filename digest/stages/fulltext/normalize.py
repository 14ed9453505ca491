"""Normalise the characters of typeset text without changing what a figure says. Pure."""

import re

from digest.model.text import one_line

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT = re.compile("(?<=[0-9A-Za-z)])[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LATIN_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00ad": None,
        "‐": "-",
        "‑": "-",
        "␣": " ",
    }
)
_NOISE = re.compile(
    r"\\(?:displaystyle|textstyle|scriptstyle|scriptscriptstyle|limits|nolimits|left|right|[bB]igg?[lrm]?)(?![A-Za-z])"
    r"|\\[,;:!>]|\\q?quad(?![A-Za-z])|(?<!\\)%\n?"
)
_PHANTOM = re.compile(r"\\[hv]?phantom\s*\{[^{}]*\}")
_WHITE_TEX = re.compile(
    r"\\(?:text)?color\s*(?:\[[a-z]+\]\s*\{\s*1(?:\.0*)?\s*(?:,\s*1(?:\.0*)?\s*)*\}|\{\s*white\s*\})"
)
_GROUPED_DIGITS = re.compile(r"(?<=\d)(?:\{,\}|\\,)(?=\d{3})")
_FIGURE = re.compile(r"[-+±~<>≤≥≈×·^.,%/()\s\d]*[\d±×~≈<>%][-+±~<>≤≥≈×·^.,%/()\s\d]*[KMBTkx]?")
_LONGEST_FIGURE = 60
_AS_TEXT = (
    ("\\%", "%"),
    ("\\pm", "±"),
    ("\\times", "×"),
    ("\\cdot", "·"),
    ("\\sim", "~"),
    ("\\approx", "≈"),
    ("\\leq", "≤"),
    ("\\geq", "≥"),
)
_BOLD = re.compile(r"\\(?:mathbf|mathrm|textbf|text|bm|boldsymbol|mathbf)\{([^{}]*)\}|\{\\bf ([^{}]*)\}")
_BRACED_EXPONENT = re.compile(r"\^\{([-+]?\d+)\}")


def tidy(raw: str) -> str:
    """Return `raw` on one line: 10⁻³ becomes 10^-3, ligatures come apart, soft hyphens and invisible characters go.

    It does not normalise further (NFKC): that would turn ² into 2.
    """
    powers = _SUPERSCRIPT.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), raw)
    return one_line(powers.translate(_LATIN_LIGATURES))


def tex(source: str) -> str:
    """Return inline TeX as `$…$` without spacing commands; a bare figure (`28.4\\%`, `10^{18}`) as text.

    White formulas come out empty: nobody who looks at the page reads them.
    """
    if _WHITE_TEX.search(source):
        return ""
    bare = one_line(_NOISE.sub(" ", _PHANTOM.sub("", _GROUPED_DIGITS.sub(",", source))))
    figure = _BRACED_EXPONENT.sub(r"^\1", _BOLD.sub(lambda found: found[1] or found[2] or "", bare))
    for command, sign in _AS_TEXT:
        figure = figure.replace(command, sign)
    if len(figure) <= _LONGEST_FIGURE and _FIGURE.fullmatch(figure):
        return one_line(figure.replace(" ^", "^"))
    return f"${bare}$" if bare else ""


def vocabulary(text: str) -> frozenset[str]:
    """Return the words and hyphenated words of `text` in lower case, to decide how a divided word was spelled."""
    return frozenset(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))


def joined(first: str, second: str, words: frozenset[str]) -> str:
    """Join the two halves of a word divided at a line's end; keep its hyphen where the paper elsewhere has one.

    A capital or a figure after the hyphen keeps it too: "English-" + "French", "GPT-" + "4".
    """
    # Backwards, because a search for what ends a text begins anew at each of its characters.
    head, tail = (re.match(r"[^\W\d_]*", text) for text in (first[::-1], second))
    left, right = (head[0][::-1] if head else "").lower(), (tail[0] if tail else "").lower()
    compound = second[len(right) :].startswith("-") or first[: len(first) - len(left)].endswith("-")
    hyphen = not (left and right) or not second[:1].islower() or f"{left}-{right}" in words
    compound = compound or (len(right) > 3 and {left, right} <= words)
    return f"{first}-{second}" if hyphen or (compound and left + right not in words) else first + second
