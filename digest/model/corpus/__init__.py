"""What many papers have in common: their words, their topics by week."""
