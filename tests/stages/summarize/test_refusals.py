"""What each server's words mean. The messages are theirs, as found in their documentation and issue threads."""

import pytest

from digest.errors import DigestError, ModelRefused
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.errors import NoCompletion, Overloaded, TooLong, Unsupported, explain, words

STRICT = Capabilities()
LIMIT_2 = Capabilities(limit_name="max_completion_tokens")


def meaning(status: int, said: str, capabilities: Capabilities = STRICT, after: float | None = None) -> DigestError:
    return explain(status, said, capabilities, host="model server x", model="m", after=after)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "Incorrect API key provided: sk-ab***yz. You can find your API key at …"),
        (403, "Country, region, or territory not supported"),
        (402, "Insufficient Balance"),  # DeepSeek
        (429, "You exceeded your current quota, please check your plan and billing details. insufficient_quota"),
        (400, "Your credit balance is too low to access the Anthropic API."),
        (400, "Billing hard limit has been reached billing_hard_limit_reached"),
        (429, "Quota exceeded for metric: …/generate_content_free_tier_requests, limit: 0, model: gemini-2.5-pro"),
        (404, "The model `gpt-9` does not exist or you do not have access to it. model_not_found"),
        (404, 'model "qwen9" not found, try pulling it first'),  # Ollama
        (404, "404 page not found"),  # a base URL without /v1
        (405, "Method Not Allowed"),
        (400, "Model Not Exist"),  # DeepSeek
        (400, "model gpt-9 is not a valid model ID"),  # OpenRouter
        (400, "Invalid model: x"),  # Mistral
    ],
)
def test_what_no_further_call_can_fix_stops_the_run(status: int, said: str) -> None:
    assert isinstance(meaning(status, said), ModelRefused)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens"),  # OpenAI
        (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),  # DeepSeek
        (400, "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for claude-3"),
        (400, "`max_tokens` must be less than or equal to `8192`, the maximum value is less than the `context_window`"),
    ],
)
def test_a_limit_that_the_model_cannot_have_is_a_matter_of_the_settings(status: int, said: str) -> None:
    assert "llm.output_tokens" in str(meaning(status, said))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."),
        (400, "'max_tokens' is too large: 8000. This model's maximum context length is 4096 tokens and your request …"),
        (400, "the request exceeds the available context size. try increasing the context size"),  # llama.cpp
        (400, "prompt is too long: 210000 tokens > 200000 maximum"),  # Anthropic
        (400, "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)."),  # Gemini
        (400, "This model's maximum prompt length is 131072 but the request contains 200000 tokens."),  # xAI
        (400, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097."),  # Together
        (413, "Request Entity Too Large"),  # nginx
        (429, "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 45000."),  # OpenAI
        (500, "the context length of only 4096 tokens, which is not enough"),  # LM Studio
    ],
)
def test_a_text_that_does_not_fit_is_told_from_everything_else(status: int, said: str) -> None:
    assert isinstance(meaning(status, said), TooLong)


@pytest.mark.parametrize(
    ("status", "said", "capabilities", "instead"),
    [
        (
            400,
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
            STRICT,
            Capabilities("json_object with schema"),
        ),
        (
            500,
            "1 validation error: response_format.type input should be 'text' or 'json_object'",
            STRICT,
            STRICT.fallback,
        ),
        (400, "This response_format type is unavailable now", STRICT, STRICT.fallback),  # DeepSeek
        (
            422,
            "Extra inputs are not permitted body response_format schema",
            STRICT.fallback,
            Capabilities("json_object"),
        ),
        (
            400,
            "'response_format.type' must be 'json_schema' or 'text'",
            Capabilities("json_object"),
            Capabilities("text"),
        ),
        (400, "failed to parse grammar", STRICT, STRICT.fallback),  # llama.cpp
        (
            400,
            "Unrecognized request argument supplied: response_format",
            Capabilities("json_object"),
            Capabilities("text"),
        ),
        (
            400,
            "Invalid schema for response_format 'summary': 'maxLength' is not permitted.",
            STRICT,
            Capabilities(lengths=False),
        ),
        (
            400,
            "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            STRICT,
            LIMIT_2,
        ),
        (422, "Extra inputs are not permitted body max_completion_tokens", LIMIT_2, STRICT),
    ],
)
def test_a_way_of_asking_that_the_server_cannot_take_leads_to_the_next(
    status: int, said: str, capabilities: Capabilities, instead: Capabilities
) -> None:
    found = meaning(status, said, capabilities)

    assert isinstance(found, Unsupported)
    assert found.instead == instead


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_a_refusal_of_us_is_never_taken_for_a_refusal_of_the_format(status: int) -> None:
    assert not isinstance(meaning(status, "response_format json_schema is for paying customers"), Unsupported)


@pytest.mark.parametrize(
    ("status", "said", "after", "throttled"),
    [
        (429, "Too many requests", None, True),
        (429, "Rate limit reached on requests per min. Please try again in 6m0s. Visit …/account/billing", 360.0, True),
        (429, "Rate limit reached. Please try again in 850ms.", 0.85, True),
        # Gemini says the same of a minute's limit as OpenAI of an empty account, and sends no header.
        (429, "You exceeded your current quota, check your plan and billing. Please retry in 34.07s.", 34.07, True),
        (503, "The model is overloaded. Please try again later. UNAVAILABLE", None, True),
        (529, "Overloaded overloaded_error", None, True),
        (500, "Internal Server Error", None, False),
        (502, "Bad Gateway", None, False),
        (520, "Web server is returning an unknown error", None, False),
        (408, "Request Timeout", None, False),
    ],
)
def test_what_passes_is_waited_for_as_long_as_the_words_say(
    status: int, said: str, after: float | None, throttled: bool
) -> None:
    found = meaning(status, said)

    assert isinstance(found, Overloaded)
    assert (found.after, found.throttled) == (after, throttled)


def test_the_header_counts_more_than_the_words() -> None:
    found = meaning(429, "Please try again in 6m0s.", after=2.0)

    assert isinstance(found, Overloaded)
    assert found.after == 2.0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Bad Request"),
        (403, "Your chosen model requires moderation and your input was flagged"),  # OpenRouter
        (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."),
        (418, "I'm a teapot"),
        (400, "Unsupported parameter: response_format"),
    ],
)
def test_anything_else_costs_the_paper_at_most(status: int, said: str) -> None:
    assert isinstance(meaning(status, said, Capabilities("text")), NoCompletion)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "no", "type": "invalid", "param": None, "code": "c"}}, "no invalid c"),  # OpenAI
        ({"error": "no"}, "no"),  # Ollama
        ([{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}], "no INVALID_ARGUMENT"),  # Gemini
        ({"detail": [{"loc": ["body", "x"], "msg": "no", "input": {"messages": "a json_schema"}}]}, "body x no"),
        ("<html><body><h1>502 Bad Gateway</h1></body></html>", "  502 Bad Gateway   "),
        (None, ""),
        (17, ""),
    ],
)
def test_an_error_body_of_any_shape_is_read_without_what_it_echoes(body: object, said: str) -> None:
    assert words(body).split() == said.split()
