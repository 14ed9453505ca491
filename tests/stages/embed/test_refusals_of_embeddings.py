"""What servers of embeddings say when they are asked for too much, in their own words."""

import json

import pytest

from digest.errors import EmbeddingError
from digest.stages.embed.answers import Declined, TooMuch, TryLater, refusal


def of(status: int, words: str) -> EmbeddingError:
    return refusal(status, json.dumps({"error": {"message": words}}).encode(), "host", "A_KEY", None)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Too many inputs in request, split into more batches."),  # Mistral
        (400, "Too many tokens overall, split into more batches."),
        (400, "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"),  # Gemini
        (400, "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger "
              "than 10.: input.contents"),  # DashScope
        (422, "batch size 64 > maximum allowed batch size 32"),  # TEI
        (400, "Invalid 'input': array too long. Expected an array with maximum length 2048"),  # OpenAI
        (400, "Requested 301234 tokens, max 300000 tokens per request"),
        (413, "Request Entity Too Large"),  # nginx
    ],
)  # fmt: skip
def test_too_many_texts(status: int, words: str) -> None:
    error = of(status, words)

    assert isinstance(error, TooMuch) and error.texts


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            500,
            "input (10002 tokens) is too large to process. increase the physical batch size (current batch size: 512)",
        ),
        (400, "the input length exceeds the context length"),  # Ollama
        (400, "This model's maximum context length is 8192 tokens, however you requested 9000 tokens"),  # OpenAI, vLLM
        (413, "`inputs` must have less than 512 tokens. Given: 800"),  # TEI
        (400, "input is too long"),
    ],
)
def test_a_text_that_is_too_long(status: int, words: str) -> None:
    error = of(status, words)

    assert isinstance(error, TooMuch) and not error.texts


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (429, "Too many requests", TryLater),
        (503, "model is loading", TryLater),
        (500, "failed to encode response: json: unsupported value: NaN", TryLater),  # Ollama
        (400, "'$.input' is invalid", Declined),
        (404, "model not found", EmbeddingError),
        (403, "forbidden", EmbeddingError),
    ],
)
def test_anything_else(status: int, words: str, kind: type[EmbeddingError]) -> None:
    assert type(of(status, words)) is kind
