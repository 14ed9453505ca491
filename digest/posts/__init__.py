"""The format that people read: its grammar, its front matter, its escaping, and the repair of legacy posts."""

from digest.posts.grammar import is_digest, parse

__all__ = ["is_digest", "parse"]
