"""An OpenAI-compatible chat server: requests, answers, errors, and what each server can do."""
