"""The paper, indexed: its figures, names, passages and lists."""
