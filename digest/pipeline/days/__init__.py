"""Several days: which are due or missing, what they cost, and building them."""
