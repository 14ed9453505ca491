"""What each server's words mean. The messages are theirs, as found in their documentation and issue threads."""

from dataclasses import replace

import pytest

from digest.errors import DigestError, ModelRefused
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.errors import NoCompletion, Overloaded, TooLong, Unsupported, explain
from digest.stages.summarize.client.lengths import read_lengths
from digest.stages.summarize.client.wording import own_words

STRICT = Capabilities()
PLAINEST = Capabilities("text", "max_completion_tokens", system=False)
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
        (400, "Model Not Exist"),  # DeepSeek
        (400, "model gpt-9 is not a valid model ID"),  # OpenRouter
        (400, "Invalid model: x"),  # Mistral
        (400, "API key not valid. Please pass a valid API key. API_KEY_INVALID"),  # Gemini
        (400, "Incorrect API key provided: xa***ab. You can obtain an API key from https://console.x.ai."),  # xAI
        (500, "invalid api key"),
        (422, "You didn't provide an API key."),
        (400, "The security token included in the request is invalid."),  # Bedrock
        (400, "Authentication Error, Invalid proxy server token passed. token_not_found_in_db"),  # LiteLLM
        (400, "login fail: Please carry the API secret key 1004"),  # MiniMax
        (404, "无效的令牌"),  # one-api
        (400, "User location is not supported for the API use."),  # Gemini
        (400, "Arrearage Access denied, please make sure your account is in good standing."),  # DashScope
        (429, "1113 余额不足或无可用资源包,请充值。"),  # Zhipu
        (429, "1113 Insufficient balance or no resource package. Please recharge."),
        (403, "30011 Your paid balance is insufficient. Please top up and try again."),  # SiliconFlow
        (503, "当前分组 default 下对于模型 m 无可用渠道 one_api_error"),
    ],
)
def test_what_no_further_call_can_fix_stops_the_run(status: int, said: str) -> None:
    assert isinstance(meaning(status, said), ModelRefused)


@pytest.mark.parametrize(
    ("status", "said", "way_out"),
    [
        (401, "Incorrect API key provided: sk-ab***yz.", "check OPENAI_API_KEY and the account's credit"),
        (403, "Country, region, or territory not supported",
         "set llm.base_url to a service that is offered where this runs"),
        (400, "User location is not supported for the API use.",
         "set llm.base_url to a service that is offered where this runs"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_way_out(status: int, said: str, way_out: str) -> None:
    assert meaning(status, said).hint == way_out


@pytest.mark.parametrize(
    ("status", "said", "limit"),
    [
        (400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens", 16384),  # OpenAI
        (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),  # DeepSeek
        (400, "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for claude-3", 8192),
        (400, "`max_tokens` must be less than or equal to `8192`, the maximum is less than the `context_window`", 8192),
        (400, "The maximum tokens you requested exceeds the model limit of 4096.", 4096),  # Bedrock
        (422, "max_tokens is above what this model allows", 50_000),
    ],
)
def test_a_limit_that_the_model_cannot_have_is_lowered_to_what_is_allowed(status: int, said: str, limit: int) -> None:
    found = explain(status, said, STRICT, host="x", model="m", after=None, limit=100_000)

    assert isinstance(found, Unsupported)
    assert found.instead == replace(STRICT, limit=limit)


@pytest.mark.parametrize(
    ("said", "limit", "window", "question"),
    [
        ("maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8000, 8192, 9000),
        (
            "maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in "
            "the completion).",
            8000, 8192, 1000,
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 "
            "tokens and your request has 1520 input tokens (8000 > 8192 - 1520).",
            8000, 8192, 1520,
        ),
        ("request (9000 tokens) exceeds the available context size (4096 tokens)", 800, 4096, 8200),
        ("exceeds the available context size n_prompt_tokens 9000 n_ctx 4096", 800, 4096, 9000),  # llama.cpp
        ("prompt is too long: 210000 tokens > 200000 maximum", 8000, 200_000, 210_000),  # Anthropic
        ("input length and `max_tokens` exceed context limit: 196395 + 64000 > 204698", 64_000, 204_698, 196_395),
        ("The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).", 8000, 1048576,
         1_100_000),  # Gemini
        ("maximum prompt length is 131072 but the request contains 200000 tokens.", 8000, 131_072, 200_000),  # xAI
        ("`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 1500 `inputs` tokens and 8000 `max_new_tokens`",
         8000, 4097, 1500),  # Together
        ("Prompt contains 40000 tokens, too large for model with 32768 maximum context length", 8000, 32_768, 40_000),
        ("Your request exceeded model token limit: 8192 (requested: 9032)", 8000, 8192, 1032),  # Moonshot
        ("Request too large on tokens per minute (TPM): Limit 6000, Requested 9800", 8000, 6000, 1800),  # Groq
        ("Range of input length should be [1, 30720]", 8000, 30_720, None),  # DashScope
        ("model is loaded with context length of only 4096 tokens, which is not enough", 8000, 4096, None),
        ("Prompt exceeds the limit", 8000, None, None),
    ],
)  # fmt: skip
def test_the_numbers_of_a_text_that_does_not_fit_are_read(
    said: str, limit: int, window: int | None, question: int | None
) -> None:
    assert read_lengths(said, limit) == (window, question)


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
            Capabilities("json_object"),
        ),
        (
            500,
            "1 validation error: response_format.type input should be 'text' or 'json_object'",
            STRICT,
            STRICT.fallback,
        ),
        (400, "This response_format type is unavailable now", STRICT, Capabilities("json_object")),  # DeepSeek
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
        (400, "failed to parse grammar", STRICT, Capabilities("json_object")),  # llama.cpp
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
        (400, "System role not supported", STRICT, Capabilities(system=False)),  # vLLM with Gemma 2
        (400, "Developer instruction is not enabled for models/gemma-3-27b-it", STRICT, Capabilities(system=False)),
        (500, "Conversation roles must alternate user/assistant/user/assistant", STRICT, Capabilities(system=False)),
        (400, "Requests with max_tokens > 4096 must have stream=true", STRICT, Capabilities(stream=True)),  # Fireworks
        (
            400,
            "parameter.enable_thinking must be set to false for non-streaming calls",
            STRICT,
            Capabilities(stream=True),
        ),  # DashScope
        (
            400,
            "The specified schema produces a constraint that has too many states for serving.",
            STRICT,
            Capabilities(lengths=False),
        ),  # Gemini
        (400, "Json mode is not supported for this model.", STRICT, Capabilities("json_object")),  # SiliconFlow
        (
            405,
            "deepinfra error: json_object response format is not supported",
            Capabilities("json_object"),
            Capabilities("text"),
        ),
    ],
)
def test_a_way_of_asking_that_the_server_cannot_take_leads_to_the_next(
    status: int, said: str, capabilities: Capabilities, instead: Capabilities
) -> None:
    found = meaning(status, said, capabilities)

    assert isinstance(found, Unsupported)
    assert found.instead == instead
    assert found.certain


@pytest.mark.parametrize("status", [400, 404, 405, 415, 422, 500, 501])
@pytest.mark.parametrize("said", ["", "no", "参数错误", "E_17", "unprocessable"])
def test_a_refusal_in_any_words_leads_on_and_says_what_it_means_where_the_way_is_known_to_work(
    status: int, said: str
) -> None:
    found = meaning(status, said)

    assert isinstance(found, Unsupported)
    assert (found.instead, found.certain) == (Capabilities("json_object"), False)
    expected = Overloaded if status >= 500 else ModelRefused if status in {404, 405} else NoCompletion
    assert isinstance(found.otherwise, expected)


def test_what_a_server_echoes_is_no_word_of_its_own() -> None:
    paper = "Our agents meet the words insufficient balance and invalid api key, and maximum context length."
    message = f"Failed to parse: '{paper}' is not what was expected"
    body = {"error": {"message": message, "code": "bad", "failed_generation": paper, "input": paper}}

    assert own_words(body, f"Title\n{paper}\n") == "Failed to parse: '' is not what was expected bad"
    assert own_words({"message": "Cannot parse the model output: 'no api key'"}) == "Cannot parse the model"


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
        (429, "You exceeded your current quota, please check your plan. Please retry in 34.07s.", 34.07, True),
        (503, "The model is overloaded. Please try again later. UNAVAILABLE", None, True),
        (529, "Overloaded overloaded_error", None, True),
        (400, "Rate limit exceeded rate_limit_exceeded", None, True),  # a code in words
        (500, "ThrottlingException: Too many tokens, please wait before trying again.", None, True),  # Bedrock
        (403, "您的账户已达到速率限制，请您控制请求频率 1302", None, True),  # Zhipu
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
    assert isinstance(meaning(status, said, PLAINEST), NoCompletion)


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
    assert own_words(body).split() == said.split()
