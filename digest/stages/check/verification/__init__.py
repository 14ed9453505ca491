"""The second reading: what a verifier is shown of each claim, and which of its objections count.

Pure but for the question, which the caller hands in. What was tried and measured: docs/checks.md.
"""

from digest.stages.check.verification.reading import Reading, read_again, sources

__all__ = ["Reading", "read_again", "sources"]
