"""digest reads the day's machine-learning papers and publishes checked summaries of them."""

__version__ = "0.1.0"
