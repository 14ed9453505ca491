"""The stages of a day: nouns in, nouns out. Siblings that never import each other."""
