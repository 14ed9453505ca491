"""What the status of a service's answer means: the page, a reason to ask again, or an error for good."""

import re

import httpx2

from digest.adapters.http.pacing import retry_after
from digest.errors import NotThere, Refused, Unavailable
from digest.model.text import shorten

_THROTTLED = {406, 429, 503}  # arXiv says "wait" with each of the three
_NOT_THERE = {400, 404, 410, 451}


class AskAgain(Unavailable):
    """An answer worth asking for again: when, in seconds, as far as the service said."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled


def judge(name: str, answer: httpx2.Response, body: bytes) -> None:
    """Raise what the status means; return where the body is the answer."""
    status = answer.status_code
    if status == 200 and body:
        return
    if status == 200:
        raise AskAgain(f"{name}: empty response (HTTP 200)", throttled=True)
    detail = shorten(re.sub(rb"<[^>]*>", b" ", body[:2000]).decode("utf-8", "replace"), 100)
    what = f"{name}: answered {status}" + (f" ({detail})" if detail else "")
    after = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
    if status in _THROTTLED:
        raise AskAgain(what, after=after, throttled=True)
    if status == 403:  # a blocked address: asking at once again would prolong it
        raise Unavailable(what)
    if status in _NOT_THERE:
        raise NotThere(what)
    if status >= 500:
        raise AskAgain(what, after=after)
    raise Refused(what)
