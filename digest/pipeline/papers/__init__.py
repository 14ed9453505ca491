"""The papers of a day, all at once: the work on them, and what becomes known of them meanwhile."""
