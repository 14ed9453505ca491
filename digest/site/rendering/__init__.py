"""Templates, words and constants → HTML."""
