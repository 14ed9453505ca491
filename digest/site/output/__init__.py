"""Files of the site: written whole, kept while unchanged, removed when nothing makes them any more."""
