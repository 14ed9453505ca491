"""The search index: the words of every paper, in files that a browser loads on demand."""
