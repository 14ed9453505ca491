"""The format that people read: its grammar, its front matter, its escaping, and the repair of legacy posts."""

from digest.posts.grammar import parse

__all__ = ["parse"]
