"""Every GET to an outside service: paced, patient, bounded, and only to the hosts of the configuration."""

from digest.fetch.agent import PROGRAM, user_agent
from digest.fetch.fetcher import Fetcher
from digest.fetch.turns import Turns, retry_after

__all__ = ["PROGRAM", "Fetcher", "Turns", "retry_after", "user_agent"]
