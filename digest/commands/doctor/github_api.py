"""GitHub's REST API, as far as it is asked about a repository."""

from dataclasses import dataclass
from typing import Any

import httpx2


class Unanswered(Exception):
    """GitHub did not say it."""


@dataclass(frozen=True)
class GitHubApi:
    """GitHub's REST API for one repository (https://docs.github.com/rest)."""

    http: httpx2.Client
    slug: str

    def ask(self, path: str) -> tuple[int, Any, str]:
        """Return status, body and the token's scopes. Raises Unanswered where there is no answer to have."""
        try:
            answer = self.http.get(f"/repos/{self.slug}{path}")
            body = answer.json() if answer.status_code == 200 else None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as cause:
            raise Unanswered(type(cause).__name__) from cause
        if answer.status_code not in {200, 404}:
            raise Unanswered(f"answered {answer.status_code}")
        return answer.status_code, body, answer.headers.get("x-oauth-scopes", "")
