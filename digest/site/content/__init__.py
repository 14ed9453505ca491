"""Posts and editions on disk → records of the site."""
