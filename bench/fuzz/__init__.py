"""Coverage-guided fuzzing (atheris) of what reads text by other hands: `make fuzz`."""
