"""Every exchange with an outside service: paced, patient, bounded in time and size, only to configured hosts."""

from digest.adapters.http.agent import PROGRAM, user_agent
from digest.adapters.http.deadline import Deadline, Exchange, limited
from digest.adapters.http.fetcher import Fetcher
from digest.adapters.http.pacing import Pacer, retry_after

__all__ = ["PROGRAM", "Deadline", "Exchange", "Fetcher", "Pacer", "limited", "retry_after", "user_agent"]
