"""Every GET to an outside service: paced, patient, bounded, and only to the hosts of the configuration."""

from digest.fetch.fetcher import USER_AGENT, Fetcher
from digest.fetch.turns import Turns, retry_after

__all__ = ["USER_AGENT", "Fetcher", "Turns", "retry_after"]
