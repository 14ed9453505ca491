"""Every exchange with an outside service: paced, patient, bounded in time and size, only to configured hosts."""

from digest.fetch.agent import PROGRAM, user_agent
from digest.fetch.deadline import Deadline, Exchange, limited
from digest.fetch.fetcher import Fetcher
from digest.fetch.turns import Turns, retry_after

__all__ = ["PROGRAM", "Deadline", "Exchange", "Fetcher", "Turns", "limited", "retry_after", "user_agent"]
