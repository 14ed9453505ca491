"""A library in Zotero, over its web API or that of the program on this machine: the same addresses, one needs a key.

https://www.zotero.org/support/dev/web_api/v3/basics, https://www.zotero.org/support/dev/web_api/v3/local_api
"""

import json
from collections.abc import Callable, Iterator

from digest.config import ZoteroConfig
from digest.errors import Unavailable
from digest.model import Example, Fetched, references
from digest.model.references import Reference

KEY = "ZOTERO_API_KEY"
"""The variable of the key, which is sent to `services.zotero` and nowhere else."""
_PAGE = 100  # the most that the web API sends at once
_PAGES = 20


def read_library(get: Callable[[str, str], Fetched], config: ZoteroConfig) -> tuple[Example, ...]:
    """Return the newest 2,000 papers of a library, the last one added first. Raises FetchError."""
    return tuple(map(as_example, _items(get, config)))


def _items(get: Callable[[str, str], Fetched], config: ZoteroConfig) -> Iterator[Reference]:
    within = f"/collections/{config.collection}" if config.collection else ""
    for page in range(_PAGES):
        query = f"v=3&format=json&sort=dateAdded&direction=desc&limit={_PAGE}&start={page * _PAGE}"
        body = get("zotero", f"/{config.library}{within}/items/top?{query}").body
        if not _is_list(body):  # a login or a page that breaks off is no empty library
            raise Unavailable("zotero: unexpected response, not a list of items")
        yield from references.parse("zotero.json", body) or ()
        # Notes and files are among the items, and no references: their own number tells whether more follow.
        if body.count(b'"itemType"') < _PAGE:
            return


def _is_list(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), list)
    except (ValueError, RecursionError):
        return False


def as_example(one: Reference) -> Example:
    """Return a reference as an example."""
    return Example(title=one.title, abstract=one.abstract, id=str(one.id or ""), added=one.added)
