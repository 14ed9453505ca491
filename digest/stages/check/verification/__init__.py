"""The code's part of the second reading: what a verifier is shown of each claim, and which of its objections count.

Pure. Whoever asks the verifier stands between `gather` and `judge` (`digest/pipeline/verification.py`).
"""

from digest.stages.check.verification.disputes import Dispute, judge, still_unstated
from digest.stages.check.verification.pieces import MOST_TOKENS, gather, widen
from digest.stages.check.verification.units import UnitIndex, index_units

__all__ = ["MOST_TOKENS", "Dispute", "UnitIndex", "gather", "index_units", "judge", "still_unstated", "widen"]
