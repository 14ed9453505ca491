"""arXiv's lists of new papers: when they come, how they are asked for, and which day a paper belongs to."""

from digest.stages.sources.arxiv.announcements import Announcements

__all__ = ["Announcements"]
