"""Texts to vectors, by the embeddings of an OpenAI-compatible server: each text is paid for once.

What is compared by vectors can be compared by words: whoever asks goes on without them where this fails.
"""

from digest.stages.embed.embedder import Admit, Embedder
from digest.stages.embed.server import EmbeddingServer

__all__ = ["Admit", "Embedder", "EmbeddingServer"]
