"""Why there is no answer: what an error status and its words mean, over all servers. Pure; each pattern says who words
it like that.

Words only tell what may be told apart: key, credit, rate, length. Any other refusal of a way that never worked leads to
the next way, however it is worded. The order of the questions matters: a message often fits several patterns.
"""

import re
from dataclasses import replace

from digest.errors import DigestError, ModelRefused, SummaryError
from digest.model.text import shorten
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.lengths import read_lengths, read_limit


class Unsupported(SummaryError):
    """The server cannot be asked like this; `instead` is the next way to try. The call cost nothing."""

    def __init__(self, what: str, instead: Capabilities, otherwise: DigestError | None = None) -> None:
        super().__init__(what)
        self.instead = instead
        self.otherwise = otherwise or NoCompletion(what)
        """What the answer means where this way of asking is known to work."""
        self.certain = otherwise is None
        """Whether the words say what is refused."""


class TooLong(SummaryError):
    """The text does not fit what the server takes."""

    def __init__(self, what: str, *, window: int | None = None, question: int | None = None) -> None:
        super().__init__(what)
        self.window = window
        """The tokens that question and answer may have, where the server says so."""
        self.question = question
        """The tokens that it counted in the question."""
        self.fitting: int | None = None
        """The estimated tokens of a question that would fit; None where nothing is known."""


class NoCompletion(SummaryError):
    """The server answered, not with a completion, and not with a reason that says what to do."""


class Overloaded(SummaryError):
    """Down, slow or throttling: worth waiting for. `after` is the wait that the server asks for, in seconds."""

    def __init__(self, what: str, *, after: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.throttled = throttled
        """Whether fewer calls at once would help."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_NO_KEY = _words(
    # OpenAI, xAI
    r"(?:invalid|incorrect|wrong|missing|expired|no|revoked|disabled)[ _-](?:\w{1,12}[ _-])?api[ _-]?key",
    r"api[ _-]?key (?:not valid|not found|is (?:not valid|invalid|missing|expired|required|disabled)|expired|provided)",
    r"api_?key_?(?:invalid|expired)",  # Gemini (400)
    r"(?:invalid|incorrect|expired|missing|bad|illegal|no)[ _-](?:\w{1,12}[ _-])?(?:credential|authenti|authoriz)",
    r"(?:invalid|incorrect|expired|illegal) (?:access |auth |bearer |proxy server )?token\b(?! (?:count|limit|number))",
    r"authentication[ _](?:error|fail\w*|required)|unauthenticated|unauthori[sz]ed\b|not authenticated",
    r"login fail|token_not_found",  # MiniMax, LiteLLM
    r"location is not supported|(?:country|region).{0,40}not supported|unsupported_country",  # Gemini (400), OpenAI
    r"account.{0,40}(?:suspended|deactivated|disabled|banned)",
    r"无效的(?:令牌|api|key)|令牌(?:无效|状态不可用|已过期|验证失败)|身份验证|鉴权失败",  # one-api, Zhipu
)
_NO_MONEY = _words(
    r"insufficient[ _.-]?(?:user[ _])?(?:quota|balance|credits?|funds)",  # OpenAI, DeepSeek, OpenRouter
    r"billing.?hard.?limit",  # OpenAI (400)
    # Anthropic (400)
    r"balance (?:is )?(?:too low|not enough|insufficient|exhausted)|not enough (?:credits?|balance|funds)",
    r"exceeded_current_quota|exceeded your current quota, please check your plan",  # Moonshot, OpenAI
    r"\blimit: 0\b",  # Gemini (429) for a model without a free tier; its other 429 speak of quota and pass
    r"arrear|overdue.payment|account is in good standing|\bCreditsError\b",  # DashScope (400), OpenCode
    r"(?:余额|额度)(?:已)?(?:不足|用尽|耗尽)|欠费|请充值",  # Zhipu (429), one-api (403)
    r"(?:spend\w*|credit|monthly usage) limit (?:reached|exceeded|has been)|out of credits?|payment required",
)
_FLAGGED = _words(
    r"moderation", r"flagged", r"content.?(?:filter|policy|management)", r"responsible.?ai",
    r"data.?inspection|inappropriate content|contentFilter|不安全|敏感",  # DashScope, Zhipu
)  # fmt: skip
_SPOILT = _words(
    r"json_validate_failed|tool_use_failed",  # Groq
    r"fail\w* to (?:generate|produce|parse|validate) (?:a |the )?(?:valid )?(?:json|output|response|function)",
)
_TOO_LONG = _words(
    r"context.?(?:length|size|limit)",  # OpenAI, vLLM, llama.cpp, LM Studio, Groq, Mistral
    r"exceed.{0,40}context.?window|context.?window.{0,20}(?:exceed|is \d)",
    r"(?:prompt|input).{0,40}(?:too long|too large|exceeds?|cannot exceed)",  # Anthropic, Gemini, Cohere
    r"(?:maximum (?:prompt|input)|range of input) length",  # xAI, DashScope
    r"tokens?.{0,5}\+.{0,5}.?max_new_tokens",  # Together
    r"reduce the length",
    r"model token limit|too many (?:input |prompt )?tokens: ",  # Moonshot, Cohere
    r"request too large",  # OpenAI and Groq (429, 413): more than a minute's share, so waiting is useless
    r"(?:prompt|输入|上下文|文本).{0,10}(?:超长|过长|超出|超过)",  # Zhipu
)
_STREAM = _words(r"stream\s*=\s*true", r"non.?stream", r"only supports? stream", r"stream.{0,20}(?:must|required)",
                 r"`?stream\s*=\s*false`?", r"must.{0,20}\bstream")  # Fireworks, DashScope, ModelScope  # fmt: skip
_LENGTHS = _words(
    r"(?:max|min)(?:imum)?_?(?:Length|Items)\b",
    r"too many states|array length limits",  # Gemini
)
_ROLE = _words(
    r"\bsystem.?(?:role|message|prompt|instruction)", r"\brole\b.{0,40}\bsystem\b", r"developer instruction",  # Gemma
    r"roles? (?:must|should) (?:be )?alternat",  # Mistral's and Gemma's templates
)  # fmt: skip
_FORMAT = _words(
    r"response.?(?:format|schema)",
    r"json.?(?:schema|object|mode)",
    r"structured.?output",
    r"grammar",
    r"guided.?(?:json|dec)",
)
_LIMIT = re.compile(r"max(?:imum)?[ _]?(?:completion_|output_|new_)?tokens", re.IGNORECASE)
_UNKNOWN = _words(
    r"(?:un|not )(?:supported|known|recogni[sz]ed|expected|permitted|allowed)\b",
    r"\binstead\b",
    r"\bextra\b",
    r"cannot find field",
)
_NO_MODEL = _words(
    r"model.{0,80}(?:not found|not exist|not a valid|no longer|decommissioned)",
    r"(?:unknown|invalid|no such) model\b",
    r"model_not_found|page not found",
    r"无可用渠道|no available channel|模型不存在",  # one-api, new-api (503), Zhipu
)
_BUSY_WORDS = _words(
    r"rate.?limit|too many requests|throttl|overloaded|resource.?exhausted|capacity exceeded|server.{0,10}\bbusy\b",
    r"(?:temporarily|currently) (?:unavailable|overloaded|loading)|model is loading|try again (?:later|in)",
    r"速率限制|请求频率|限流|繁忙|并发",  # Zhipu
)
_AGAIN = re.compile(r"(?:again|retry) (?:in|after) (?:(\d+)m(?!s))?(?:([\d.]+) ?(ms|s))?", re.IGNORECASE)
_BUSY = {408, 409, 425, 429, 502, 503, 504, 529}
_THROTTLED = {429, 503, 529}
_SAYS_NO = {400, 404, 405, 413, 415, 422, 500, 501}


def explain(
    status: int,
    said: str,
    way: Capabilities,
    *,
    host: str,
    model: str,
    after: float | None,
    limit: int = 8000,
    key: str = "OPENAI_API_KEY",
    page: bool = False,
) -> DigestError:
    """Return the error that says what an answer means for the run, the paper or the way of asking.

    `said` is the error's own words (see `own_words`), `after` what `Retry-After` said, in seconds; `limit` the most of
    an answer that was asked for; `key` the variable that holds the key; `page` whether a web page came.
    """
    what = f"{host}: answered {status}: {shorten(said, 160)}"
    if page and status == 200:
        return Overloaded(what)  # a captcha, a login or a proxy's notice
    if _refuses_us(status, said):
        return ModelRefused(what, hint=f"check {key} and the account's credit")
    if status in _SAYS_NO | {429} and (sized := _of_size(status, what, said, way, limit)):
        return sized
    if status in _BUSY and not _NO_MODEL.search(said):
        return Overloaded(what, after=_asked(said) if after is None else after, throttled=status in _THROTTLED)
    if _BUSY_WORDS.search(said):
        return Overloaded(what, after=_asked(said) if after is None else after, throttled=True)
    # A redirect is not followed: whoever set it up did not mean the papers to go there.
    misdirected = ModelRefused(what, hint=f"check llm.model ({model}) and llm.base_url")
    if 300 <= status < 400 or (status in _SAYS_NO | _BUSY and _NO_MODEL.search(said)):
        return misdirected
    if status in _SAYS_NO and not _FLAGGED.search(said) and not _SPOILT.search(said):
        otherwise = Overloaded(what) if status >= 500 else misdirected if status in {404, 405} else NoCompletion(what)
        return _of_way(what, said, way, otherwise)
    return Overloaded(what) if status >= 500 else NoCompletion(what)


def _refuses_us(status: int, said: str) -> bool:
    if status in {401, 402} or _NO_MONEY.search(said):
        return True
    if _FLAGGED.search(said):
        return False
    return (status == 403 and not _BUSY_WORDS.search(said)) or _NO_KEY.search(said) is not None


def _of_size(status: int, what: str, said: str, way: Capabilities, limit: int) -> DigestError | None:
    """Return what is too long: the question, the limit of the answer, or both together."""
    if _STREAM.search(said) and not way.stream:
        return Unsupported(what, replace(way, stream=True))
    if status == 413 or _TOO_LONG.search(said):
        window, question = read_lengths(said, limit)
        return TooLong(what, window=window, question=question)
    if status == 429 or not _LIMIT.search(said) or _FORMAT.search(said):
        return None
    if _UNKNOWN.search(said) and way.limit_name in said:
        return Unsupported(what, way.renamed)
    allowed = read_limit(said, limit) or limit // 2
    if allowed < 256:
        return ModelRefused(what, hint="lower llm.output_tokens to what this model allows")
    return Unsupported(what, replace(way, limit=allowed))


def _of_way(what: str, said: str, way: Capabilities, otherwise: DigestError) -> DigestError:
    """Return the next way to ask: by what the words name, else the next plainer one."""
    if way.lengths and _LENGTHS.search(said):
        return Unsupported(what, replace(way, lengths=False))
    if way.system and _ROLE.search(said):
        return Unsupported(what, replace(way, system=False))
    if _FORMAT.search(said) and way.fallback:
        # A schema in another place helps where that place is named, and where its size is not the trouble.
        elsewhere = way.mode != "json_schema" or (way.lengths and "json_object" in said)
        return Unsupported(what, way.fallback if elsewhere else replace(way, mode="json_object"))
    return Unsupported(what, way.plainer, otherwise) if way.plainer else otherwise


def _asked(said: str) -> float | None:
    """Read a wait out of the words: OpenAI's "try again in 6m0s", Gemini's "retry in 34.07s" (it sends no header)."""
    found = _AGAIN.search(said)
    if not found or not any(found.groups()):
        return None
    minutes, number, unit = found.groups()
    try:
        seconds = float(number or 0) / (1000 if unit and unit.lower() == "ms" else 1)
    except ValueError:
        return None
    return 60 * int(minutes or 0) + seconds
