"""Check that every address of a field is one of the paper's: the same host and the same path.

Knows web addresses with a scheme, `www.` or a path, and mail addresses. A host alone (`Node.js`) is judged as a name.
"""

import re
from collections.abc import Iterator

from digest.model import Finding
from digest.stages.check.subject import Subject

_DOMAIN = (
    r"(?:[A-Za-z0-9-]+\.)+(?:com|org|net|io|ai|kr|cn|me|co|dev|app|xyz|info|example"
    r"|edu|gov|gg|tv|ly|ac|uk|de|fr|jp|eu|us)"
)
_END = r"[^\s<>\"'“”‘’「」(){}\[\]가-힣ぁ-ヿ一-鿿]"
ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Za-z]{{3,8}}://|www\.){_END}+|(?<![\w.@/-]){_DOMAIN}(?::\d+)?/{_END}*"
    r"|(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
_SCHEME = re.compile(r"^(?:[a-z]{3,8}://)?(?:www\.)?")


def check_addresses(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each address that the paper does not have."""
    for field, text in subject.fields.items():
        for found in ADDRESS.finditer(text):
            where = found[0].rstrip(".,;:!?*_~`")
            if not _has(subject.paper_text, where):
                yield Finding("names", field, f"{where} in {field} is an address that the paper does not have", where)


def _has(paper: str, address: str) -> bool:
    """Return whether a text has an address as it is, whatever the scheme and the blanks of a broken line."""
    bare = _SCHEME.sub("", address.lower()).rstrip("/")
    if not bare:
        return True
    spaced = r"\s*".join(map(re.escape, bare))
    return bool(re.search(rf"(?:(?<![\w.@-])|(?<=www\.)){spaced}(?![\w@-]|[/.?=&#]\w)", paper.lower()))
