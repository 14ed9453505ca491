"""Effects that stages are handed: HTTP, files, templates, git, and the redaction of secrets."""
