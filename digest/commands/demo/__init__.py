"""The outside services, played on loopback from bundled answers: for `digest demo` and the tests.

The six papers are those of 2025-11-17 with their real titles, ids and authors; texts and summaries are our own words.
"""

from datetime import UTC, date, datetime

DAY = date(2025, 11, 17)
NOW = datetime(2025, 11, 18, 0, 10, tzinfo=UTC)
"""The moment that is played: the day is over and its list complete."""


def settings(url: str) -> dict[str, str]:
    """Return the settings, as environment variables, that make an ordinary run ask the services played at `url`."""
    return {
        "DIGEST_SERVICES__HUGGINGFACE": url,
        "DIGEST_SERVICES__ARXIV": url,
        "DIGEST_SERVICES__ARXIV_API": url,
        "DIGEST_PACE__ARXIV": "0",
        "DIGEST_PACE__ARXIV_API": "0",
        "DIGEST_LLM__BASE_URL": f"{url}/v1",
        "DIGEST_LLM__MODEL": "replayed",
    }
