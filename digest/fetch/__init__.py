"""Every exchange with an outside service: paced, patient, bounded in time and size, only to configured hosts."""

from digest.fetch.deadline import Deadline, Exchange, limited
from digest.fetch.fetcher import USER_AGENT, Fetcher
from digest.fetch.turns import Turns, retry_after

__all__ = ["USER_AGENT", "Deadline", "Exchange", "Fetcher", "Turns", "limited", "retry_after"]
