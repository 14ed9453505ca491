"""What a model is asked beside the summaries of papers."""
