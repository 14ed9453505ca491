"""Model servers with their real ways, played on loopback: each one from its documentation or a public bug report."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from digest.commands.demo.server import Response
from tests.stages.summarize.scripted import REPLY, mode, say

Asked = dict[str, Any]
GOOD = json.dumps(REPLY, ensure_ascii=False)
DRAFT = json.dumps({**REPLY, **{name: "초안이다." for name in REPLY if isinstance(REPLY[name], list)}, "topics": []})


@dataclass(frozen=True)
class Server:
    """A server: what it refuses, in its own words, and how it answers everything else."""

    name: str
    way: str
    """What is peculiar about it, as the table of `docs/reliability.md` says it."""
    source: str
    refuses: tuple[tuple[Callable[[Asked], bool], Response], ...] = ()
    answers: Callable[[Asked], Response] = lambda _: say()
    published: int = 3
    reason: str = ""
    """Words of the reason where fewer than three papers are published."""
    passing: tuple[Response, ...] = ()
    """What it says first, whatever it is asked."""
    given: list[Response] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Response:
        return self.refusal(asked) or self.answers(asked)

    def refusal(self, asked: Asked) -> Response | None:
        """What it says instead of an answer, if anything."""
        if len(self.given) < len(self.passing):
            self.given.append(self.passing[len(self.given)])
            return self.given[-1]
        return next((response for when, response in self.refuses if when(asked)), None)


def error(status: int, /, **body: Any) -> Response:
    """An error whose body is these members."""
    return Response(status, json.dumps(body, ensure_ascii=False).encode())


def openai(status: int, message: str, /, **more: Any) -> Response:
    """An error in OpenAI's shape."""
    return error(status, error={"message": message, **more})


def html(status: int, text: str) -> Response:
    return Response(status, f"<html><head><title>{text}</title></head><body>{text}</body></html>".encode(), "text/html")


def any_format(asked: Asked) -> bool:
    return mode(asked) != "text"


def schema(asked: Asked) -> bool:
    return mode(asked) == "json_schema"


def lengths(asked: Asked) -> bool:
    return "maxLength" in json.dumps(asked.get("response_format", {}))


def system(asked: Asked) -> bool:
    return asked["messages"][0]["role"] == "system"


def old_limit(asked: Asked) -> bool:
    return "max_tokens" in asked


def no_stream(asked: Asked) -> bool:
    return asked.get("stream") is not True


def always(_: Asked) -> bool:
    return True


def limit_of(asked: Asked) -> int:
    return int(asked.get("max_tokens") or asked.get("max_completion_tokens") or 0)


def sent(asked: Asked) -> int:
    return sum(len(message["content"]) for message in asked["messages"]) // 4


def above(limit: int) -> Callable[[Asked], bool]:
    return lambda asked: limit_of(asked) > limit


def wider_than(window: int) -> Callable[[Asked], bool]:
    return lambda asked: sent(asked) + limit_of(asked) > window


def longer_than(tokens: int) -> Callable[[Asked], bool]:
    return lambda asked: sent(asked) > tokens


def events(*deltas: Asked, finish: str | None = "stop") -> Response:
    """An answer as server-sent events."""
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    lines = "".join(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks)
    return Response(200, f": keeps alive\n\n{lines}data: [DONE]\n\n".encode(), "text/event-stream")


def in_pieces(**more: str) -> Response:
    return events(*({name: text} for name, text in more.items()), {"content": GOOD[:200]}, {"content": GOOD[200:]})


class Sized:
    """Refuses what does not fit, in words that tell the numbers of the question."""

    def __init__(self, window: int, words: str, status: int = 400) -> None:
        self.window, self.words, self.status = window, words, status

    def __call__(self, asked: Asked) -> Response:
        question, limit = sent(asked), limit_of(asked)
        if question + limit <= self.window:
            return say(usage=(question, 300))
        numbers = {"window": self.window, "question": question, "limit": limit, "total": question + limit}
        return openai(self.status, self.words.format(**numbers))


def spoilt(asked: Asked) -> bool:
    """Whether the question is about the second of the papers."""
    return "Title: Paper 2." in asked["messages"][-1]["content"]


GITHUB = "https://github.com/"
ZOO = (
    Server(
        "OpenAI, a reasoning model",
        "`max_tokens` is called `max_completion_tokens`",
        "https://platform.openai.com/docs/api-reference/chat/create",
        ((old_limit, openai(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                            "'max_completion_tokens' instead.", code="unsupported_parameter", param="max_tokens")),),
    ),
    Server(
        "OpenAI, an older model",
        "no JSON schema",
        GITHUB + "CherryHQ/cherry-studio/issues/1403",
        ((schema, openai(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this "
                         "model. Learn more about supported models at the Structured Outputs guide")),),
    ),
    Server(
        "OpenAI without credit",
        "429 for an empty account",
        GITHUB + "dev-hato/hato-bot/pull/4552",
        ((always, openai(429, "You exceeded your current quota, please check your plan and billing details.",
                         type="insufficient_quota", code="insufficient_quota")),),
        published=0, reason="insufficient_quota",
    ),
    Server(
        "Azure OpenAI",
        "no lengths in the schema; the wait in milliseconds",
        "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/structured-outputs",
        ((lengths, openai(400, "Invalid schema for response_format 'summary': In context=('properties', 'tldr'), "
                          "'maxLength' is not permitted.")),),
        passing=(Response(429, b'{"error": {"code": "429", "message": "Requests have exceeded call rate limit"}}',
                          headers={"retry-after-ms": "10"}),),
    ),
    Server(
        "vLLM before schemas",
        "JSON, but no schema",
        GITHUB + "vllm-project/vllm/issues/7656",
        ((schema, error(400, object="error", type="BadRequestError", code=400, message="[{'type': 'literal_error', "
                        "'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or "
                        "'json_object'\", 'input': 'json_schema'}]")),),
    ),
    Server(
        "vLLM with Gemma 2",
        "no system role",
        GITHUB + "vllm-project/vllm/pull/2964",
        ((system, error(400, object="error", message="System role not supported", type="BadRequestError", code=400)),),
    ),
    Server(
        "vLLM, a window of 8,192",
        "question and answer together are too long",
        GITHUB + "vllm-project/vllm/issues/1089",
        answers=Sized(8192, "'max_tokens' or 'max_completion_tokens' is too large: {limit}. This model's maximum "
                      "context length is {window} tokens and your request has {question} input tokens "
                      "({limit} > {window} - {question})."),
    ),
    Server(
        "vLLM with a reasoning parser",
        "the answer in `reasoning_content`, `content` null",
        GITHUB + "xorbitsai/inference/issues/3673",
        answers=lambda _: say("", reasoning_content=GOOD),
    ),
    Server(
        "llama.cpp, grammar and schema",
        "refuses the schema over a grammar",
        GITHUB + "ggml-org/llama.cpp/issues/11847",
        ((schema, openai(400, 'Either "json_schema" or "grammar" can be specified, but not both',
                         code=400, type="invalid_request_error")),),
    ),
    Server(
        "llama.cpp, a small context",
        "tells the sizes in members of their own",
        GITHUB + "ggml-org/llama.cpp/pull/15416",
        ((wider_than(9000), openai(400, "the request exceeds the available context size. try increasing it", code=400,
                                   type="exceed_context_size_error", n_prompt_tokens=1800, n_ctx=9000)),),
    ),
    Server(
        "llama-cpp-python",
        "500 for a schema, with a list of what is allowed",
        GITHUB + "ggml-org/llama.cpp/issues/23463",
        ((schema, openai(500, "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input "
                         "should be 'text' or 'json_object'\"}]", type="internal_server_error")),),
    ),
    Server(
        "ik_llama.cpp",
        "500 for a schema",
        GITHUB + "ikawrakow/ik_llama.cpp/issues/778",
        ((schema, openai(500, 'response_format type must be one of "text" or "json_object", but got: json_schema',
                         code=500, type="server_error")),),
    ),
    Server(
        "Ollama 0.30",
        "counts only what was not cached",
        GITHUB + "ollama/ollama/pull/16428",
        answers=lambda _: say(usage=(9, 300)),
    ),
    Server(
        "Ollama, a context that is too small",
        "drops most of the text without a word",
        GITHUB + "ollama/ollama/issues/7661",
        answers=lambda _: say(usage=(2048, 300)),
        published=0, reason="truncated the prompt",
    ),
    Server(
        "LM Studio, thinking kept apart",
        "`content` empty, the answer among the thoughts",
        GITHUB + "lmstudio-ai/lmstudio-bug-tracker/issues/1602",
        ((lambda asked: mode(asked).startswith("json_object"),
          error(400, error="'response_format.type' must be 'json_schema' or 'text'")),),
        answers=lambda _: say("", reasoning_content=f"I have all I need.\n{GOOD}"),
    ),
    Server(
        "SGLang with GLM",
        "no system role; the answer taken for a thought",
        GITHUB + "sgl-project/sglang/issues/37645",
        ((system, error(400, object="error", message="System role not supported", type="BadRequestError", code=400)),),
        answers=lambda _: say("", reasoning_content=GOOD, tool_calls=None),
    ),
    Server(
        "Text Generation Inference",
        "422; the limit counts against the window",
        GITHUB + "huggingface/text-generation-inference/issues/2844",
        ((wider_than(8192), error(422, error_type="validation", error="Input validation error: `inputs` tokens + "
                                  "`max_new_tokens` must be <= 8192. Given: 1700 `inputs` tokens and 8000 "
                                  "`max_new_tokens`")),),
    ),
    Server(
        "Groq",
        "a smaller limit",
        "https://console.groq.com/docs/models",
        ((above(4096), openai(400, "`max_tokens` must be less than or equal to `4096`, the maximum value for "
                              "`max_tokens` is less than the `context_window` for this model")),),
    ),
    Server(
        "Groq, a spoilt answer",
        "400 with the model's text for one paper",
        GITHUB + "langchain-ai/langchain/issues/31459",
        ((spoilt, openai(400, "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more "
                         "details.", code="json_validate_failed", type="invalid_request_error",
                         failed_generation="the agent meets insufficient balance and a context length of 128K")),),
        published=2, reason="json_validate_failed",
    ),
    Server(
        "Groq, a tool-calling model",
        "the answer in a tool call",
        GITHUB + "browser-use/browser-use/issues/4945",
        answers=lambda _: say("", tool_calls=[{"id": "1", "function": {"name": "summary", "arguments": GOOD}}],
                              finish="tool_calls"),
    ),
    Server(
        "Gemini, a wrong key",
        "400 in a list",
        GITHUB + "BerriAI/litellm/issues/6698",
        ((always, Response(400, json.dumps([{"error": {
            "code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT",
            "details": [{"reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}}]).encode())),),
        published=0, reason="API_KEY_INVALID",
    ),
    Server(
        "Gemini, a schema with lengths",
        "too many states",
        GITHUB + "googleapis/python-genai/issues/660",
        ((lengths, Response(400, json.dumps([{"error": {
            "code": 400, "status": "INVALID_ARGUMENT", "message": "The specified schema produces a constraint that has "
            "too many states for serving. Typical causes of this error are schemas with lots of text, schemas with "
            "long array length limits"}}]).encode())),),
    ),
    Server(
        "Gemini, Gemma",
        "no instructions of the developer",
        GITHUB + "BerriAI/litellm/pull/16767",
        ((system, openai(400, "Developer instruction is not enabled for models/gemma-3-27b-it",
                         status="INVALID_ARGUMENT")),),
    ),
    Server(
        "Gemini, from the wrong country",
        "400 for the location",
        GITHUB + "bytedance/deer-flow/issues/1515",
        ((always, openai(400, "User location is not supported for the API use.", status="FAILED_PRECONDITION")),),
        published=0, reason="location is not supported",
    ),
    Server(
        "Anthropic",
        "a smaller limit, told in a comparison",
        "https://platform.claude.com/docs/en/api/openai-sdk",
        ((above(4096), openai(400, "max_tokens: 8000 > 4096, which is the maximum allowed number of output tokens for "
                              "claude-3-haiku-20240307", type="invalid_request_error")),),
    ),
    Server(
        "Mistral",
        "no member that it does not know; text in parts beside thinking",
        "https://docs.mistral.ai/capabilities/reasoning/",
        ((schema, openai(400, "response_format json_schema is not available, use json_object", type="invalid")),
         (lambda asked: "schema" in asked.get("response_format", {}),
          error(422, detail=[{"type": "extra_forbidden", "loc": ["body", "response_format", "schema"],
                              "msg": "Extra inputs are not permitted", "input": {"title": "a quota"}}])),),
        answers=lambda _: say([{"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]},
                               {"type": "text", "text": GOOD}]),
    ),
    Server(
        "DeepSeek",
        "JSON without a schema; blank lines while it works",
        "https://api-docs.deepseek.com/guides/json_mode",
        ((schema, openai(400, "This response_format type is unavailable now", type="invalid_request_error")),),
        answers=lambda _: Response(200, b"\n\n\n" + say().body),
    ),
    Server(
        "Together",
        "`inputs` and `max_new_tokens` in one sum",
        GITHUB + "togethercomputer/together-python/issues/159",
        ((wider_than(8193), openai(422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. "
                                   "Given: 1700 `inputs` tokens and 8000 `max_new_tokens`")),),
    ),
    Server(
        "OpenRouter",
        "404 where no provider takes the parameters; a provider's 429 behind 200",
        GITHUB + "UKGovernmentBEIS/inspect_ai/issues/1534",
        ((schema, openai(404, "No endpoints found that can handle the requested parameters.", code=404)),),
        passing=(error(200, error={"message": "Provider returned error", "code": 429}),),
    ),
    Server(
        "Fireworks",
        "long answers only as a stream",
        GITHUB + "nextlevelbuilder/goclaw/pull/660",
        ((lambda asked: no_stream(asked) and limit_of(asked) > 4096,
          openai(400, "Requests with max_tokens > 4096 must have stream=true", type="invalid_request_error")),),
        answers=lambda asked: say() if no_stream(asked) else in_pieces(),
    ),
    Server(
        "Cerebras",
        "no lengths in the schema",
        GITHUB + "musistudio/claude-code-router/issues/708",
        ((lengths, error(400, message="Unsupported JSON schema fields: {'minItems', 'maxLength'}",
                         type="invalid_request_error", param="response_format", code="wrong_api_format")),),
    ),
    Server(
        "LiteLLM, a wrong key",
        "quotes the key, status 400",
        GITHUB + "OpenHands/OpenHands/issues/17390",
        ((always, openai(400, "Authentication Error, Invalid proxy server token passed. Received API Key = sk-...8aSP",
                         type="token_not_found_in_db", param="key", code="400")),),
        published=0, reason="Invalid proxy server token",
    ),
    Server(
        "LiteLLM before a provider",
        "the provider's error as text within its own",
        GITHUB + "BerriAI/litellm/issues/4377",
        ((system, openai(400, "OpenAIException - Error code: 400 - {'object': 'error', 'message': 'System role not "
                         "supported', 'type': 'BadRequestError'}", type=None, code="400")),),
    ),
    Server(
        "DashScope, a thinking model",
        "only as a stream, its thoughts apart",
        GITHUB + "langchain4j/langchain4j/issues/3974",
        ((no_stream, error(400, code="InvalidParameter", message="parameter.enable_thinking must be set to false for "
                           "non-streaming calls")),),
        answers=lambda _: in_pieces(reasoning_content=DRAFT),
    ),
    Server(
        "DashScope, thinking and JSON",
        "no JSON mode while thinking",
        GITHUB + "presenton/presenton/issues/184",
        ((any_format, error(400, code="InvalidParameter", message="Json mode response is not supported when "
                            "enable_thinking is true")),),
    ),
    Server(
        "DashScope in arrears",
        "400 for an unpaid account",
        "https://www.alibabacloud.com/help/en/model-studio/error-code",
        ((always, openai(400, "Access denied, please make sure your account is in good standing.", type="Arrearage",
                         code="Arrearage")),),
        published=0, reason="Arrearage",
    ),
    Server(
        "Moonshot",
        "the whole against a limit",
        "https://platform.moonshot.ai/docs/api/chat",
        answers=Sized(8192, "Invalid request: Your request exceeded model token limit: {window} (requested: {total})"),
    ),
    Server(
        "Zhipu",
        "a rate limit as a number and Chinese words, status 400",
        GITHUB + "yilewang/llm-for-zotero/issues/17",
        passing=(openai(400, "您的账户已达到速率限制，请您控制请求频率", code="1302"),),
    ),
    Server(
        "Zhipu without credit",
        "429 for an empty account",
        GITHUB + "langgenius/dify/issues/5850",
        ((always, openai(429, "余额不足或无可用资源包,请充值。", code="1113")),),
        published=0, reason="1113",
    ),
    Server(
        "xAI, a wrong key",
        "400, the error a sentence",
        GITHUB + "continuedev/continue/issues/10778",
        ((always, error(400, code="Client specified an invalid argument", error="Incorrect API key provided: na***ys. "
                        "You can obtain an API key from https://console.x.ai.")),),
        published=0, reason="Incorrect API key",
    ),
    Server(
        "Perplexity, a reasoning model",
        "thinks aloud before the answer, in a fence",
        GITHUB + "bieniu/ha-perplexity/issues/107",
        answers=lambda _: say(f"<think>\nA draft: {DRAFT}\nNow better.\n</think>\n\n```json\n{GOOD}\n```"),
    ),
    Server(
        "Cohere",
        "the schema in another place",
        GITHUB + "koharu-rs/koharu/issues/1128",
        ((schema, error(400, message="invalid request: response_format validation: invalid 'json_schema' provided: "
                        "missing required field 'type'")),),
    ),
    Server(
        "Bedrock gateway",
        "a smaller limit; throttles with status 500",
        GITHUB + "aws-samples/bedrock-access-gateway/issues/41",
        ((above(2048), error(400, detail="An error occurred (ValidationException): The maximum tokens you requested "
                             "exceeds the model limit of 2048. Try again with a lower value.")),),
        passing=(error(500, detail="An error occurred (ThrottlingException): Too many tokens, please wait"),),
    ),
    Server(
        "one-api",
        "503 where no channel has the model",
        GITHUB + "songquanpeng/one-api/issues/2340",
        ((always, openai(503, "当前分组 default 下对于模型 m 无可用渠道", type="one_api_error")),),
        published=0, reason="无可用渠道",
    ),
    Server(
        "new-api, a wrong key",
        "a key is a token here",
        GITHUB + "QuantumNous/new-api/issues/4712",
        ((always, openai(403, "无效的令牌 (request id: 2026050912)", type="new_api_error")),),
        published=0, reason="无效的令牌",
    ),
    Server(
        "nginx in front",
        "413 as a page",
        "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size",
        ((longer_than(5000), html(413, "413 Request Entity Too Large")),),
        answers=lambda asked: say(usage=(sent(asked), 300)),
    ),
    Server(
        "a captcha in front",
        "a page with status 200",
        "https://developers.cloudflare.com/cloudflare-challenges/",
        ((always, html(200, "Just a moment...")),),
        published=0, reason="Just a moment",
    ),
    Server(
        "TensorRT-LLM with gpt-oss",
        "channels leak into the text, with a draft",
        GITHUB + "NVIDIA/TensorRT-LLM/issues/9256",
        answers=lambda _: say(f"<|channel|>analysis<|message|>Draft: {DRAFT} Now refine.<|end|><|start|>assistant"
                              f"<|channel|>final<|message|>{GOOD}<|return|>"),
    ),
    Server(
        "macprovider with gpt-oss",
        "channels without their marks",
        GITHUB + "Augustas11/macprovider/issues/743",
        answers=lambda _: say(f"analysisDraft: {DRAFT} Now refine.assistantfinal{GOOD}"),
    ),
    Server(
        "Dynamo with Nemotron",
        "thinking without the tag that opens it",
        GITHUB + "ai-dynamo/dynamo/pull/11251",
        answers=lambda _: say(f"Let me write a draft. {DRAFT} Not good enough.</think>{GOOD}"),
    ),
    Server(
        "minimind",
        "streams unless `stream` is false",
        GITHUB + "jingyaogong/minimind/issues/851",
        answers=lambda asked: say() if asked.get("stream") is False else in_pieces(),
    ),
    Server(
        "Unsloth",
        "streams whatever is asked",
        GITHUB + "unslothai/unsloth/issues/6570",
        answers=lambda _: in_pieces(),
    ),
    Server(
        "MiniMax",
        "a bad parameter behind status 200",
        GITHUB + "decolua/9router/issues/817",
        ((any_format, error(200, choices=None, base_resp={"status_code": 2013, "status_msg": "invalid params"})),),
    ),
    Server(
        "SiliconFlow",
        "no JSON mode",
        GITHUB + "egoist/chatwise-releases/issues/141",
        ((any_format, error(400, code=20024, message="Json mode is not supported for this model.", data=None)),),
    ),
    Server(
        "DeepInfra",
        "405 for a format",
        GITHUB + "truefoundry/models/issues/913",
        ((any_format, openai(405, "deepinfra error: json_object response format is not supported for model: x",
                             type="APIError", code="405")),),
    ),
    Server(
        "Volcengine Ark",
        "names the formats that it takes",
        GITHUB + "agno-agi/agno/issues/2553",
        ((schema, openai(400, "The parameter `response_format.type` specified in the request are not valid: invalid "
                         "value: `json_schema`, supported values are: `json_object` and `text`.",
                         code="InvalidParameter", param="response_format.type", type="BadRequest")),),
    ),
    Server(
        "a gateway with codes of its own",
        "refuses all but plain text in no words at all",
        GITHUB + "666ghj/MiroFish/issues/186",
        ((any_format, error(500, code=77, data=None)),),
    ),
    Server(
        "a model that wraps",
        "the object in another one, as a string",
        GITHUB + "mem0ai/mem0/pull/3626",
        answers=lambda _: say(json.dumps({"name": "summary", "arguments": json.dumps({"result": REPLY})})),
    ),
)  # fmt: skip


def table() -> str:
    """The table of the zoo, as `docs/reliability.md` has it."""
    lines = ["| server | its way | what happens |", "|---|---|---|"]
    for one in ZOO:
        happens = f"{one.published} of 3 published" + (f"; the reason: “{one.reason}”" if one.reason else "")
        lines.append(f"| [{one.name}]({one.source}) | {one.way} | {happens} |")
    return "\n".join(lines) + "\n"
