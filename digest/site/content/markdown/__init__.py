"""Markdown: what of it is read, and how Jekyll reads it."""
