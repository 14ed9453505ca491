"""The search index: n-grams of every paper, in files that a browser loads on demand."""
