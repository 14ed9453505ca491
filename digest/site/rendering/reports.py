"""The links with which readers report an error: an issue or a mail, filled in with day, paper and field."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

_TITLE = 200  # characters of a paper's title: an address has an end


class ReportLinks(NamedTuple):
    """What is needed to report an error in the papers of one post."""

    address: str
    """`site.report`; empty where readers are not asked."""
    words: Mapping[str, Any]
    site: str
    """The site's own address."""
    day: str = ""

    def of(self, paper_id: str, slug: str, title: str, field: str = "") -> str:
        """Return the address that reports an error of a paper, or of one field; empty where there is none.

        A form for issues gets a title and a text, a mail a subject and a text, an address that ends in `=` the paper's
        page; any other is left as it is. It is quoted, but not yet escaped for HTML.
        """
        if not self.address:
            return ""
        page = f"{self.site}/papers/{slug}/"
        values = {"day": self.day, "id": paper_id, "title": title[:_TITLE], "page": page, "field": field}
        subject = str(self.words["subject"]).format(**values) + (f" {field}" if field else "")
        lines = [str(self.words["body"]).format(**values)]
        lines += [str(self.words["field"]).format(**values)] if field else []
        parts = urlsplit(self.address)
        if parts.scheme == "mailto":
            return self._filled("subject", subject, "\r\n".join([*lines, "", ""]))
        if parts.path.rstrip("/").endswith("/issues/new"):
            return self._filled("title", subject, "\n".join([*lines, "", ""]))
        return self.address + (quote(page, safe="") if self.address.endswith("=") else "")

    def _filled(self, name: str, subject: str, body: str) -> str:
        address, mark, fragment = self.address.partition("#")
        joined = "&" if "?" in address else "?"
        return f"{address}{joined}{name}={quote(subject, safe='')}&body={quote(body, safe='')}{mark}{fragment}"
