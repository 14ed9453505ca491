"""The words by which servers tell key, credit, rate and length; each pattern says who words it like that.

All are linear in the text that they are applied to. The rest of what they tell only chooses between ways to ask.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


NO_KEY = _any(
    # OpenAI, xAI
    r"(?:invalid|incorrect|wrong|missing|expired|no|revoked|disabled)[ _-](?:\w{1,12}[ _-])?api[ _-]?key",
    r"api[ _-]?key (?:not valid|not found|is (?:not valid|invalid|missing|expired|required|disabled)|expired|provided)",
    r"api_?key_?(?:invalid|expired)",  # Gemini (400)
    r"(?:invalid|incorrect|expired|missing|bad|illegal|no)[ _-](?:\w{1,12}[ _-])?(?:credential|authenti|authoriz)",
    r"(?:invalid|incorrect|expired|illegal) (?:access |auth |bearer |proxy server )?token\b(?! (?:count|limit|number))",
    r"authentication[ _](?:error|fail\w*|required)|unauthenticated|unauthori[sz]ed\b|not authenticated",
    r"(?:provide|supply|needs?|requires?) (?:an? )?(?:valid )?api[ _-]?key|\binvalid key\b|\bkey (?:is )?invalid",
    r"\btoken (?:is )?(?:invalid|expired)|security token.{0,40}invalid",  # Bedrock
    r"login fail|token_not_found",  # MiniMax, LiteLLM
    r"account.{0,40}(?:suspended|deactivated|disabled|banned)",
    r"无效的(?:令牌|api|key)|令牌(?:无效|状态不可用|已过期|验证失败)",  # one-api
    r"身份验证|鉴权失败|认证失败|密钥(?:无效|错误)",  # Zhipu
)
NO_MONEY = _any(
    r"insufficient[ _.-]?(?:user[ _])?(?:quota|balance|credits?|funds)",  # OpenAI, DeepSeek, OpenRouter
    r"billing.?hard.?limit",  # OpenAI (400)
    # Anthropic (400)
    r"balance (?:is )?(?:too low|not enough|insufficient|exhausted)|not enough (?:credits?|balance|funds)",
    r"exceeded_current_quota",  # Moonshot
    r"\blimit: 0\b",  # Gemini (429) for a model without a free tier; its other 429 speak of quota and pass
    r"arrear|overdue.payment|account is in good standing|\bCreditsError\b",  # DashScope (400), OpenCode
    r"please (?:top.?up|recharge)|quota (?:is |has been )?(?:exhausted|used up)|subscription.{0,20}expired",
    r"(?:余额|额度)(?:已)?(?:不足|用尽|耗尽)|欠费|请充值",  # Zhipu (429), one-api (403)
    r"(?:spend\w*|credit|monthly usage) limit (?:reached|exceeded|has been)|out of credits?|payment required",
)
ELSEWHERE = _any(
    r"location is not supported|(?:country|region).{0,40}not supported|unsupported_country"  # Gemini (400), OpenAI
)
FLAGGED = _any(
    r"moderation", r"flagged", r"content.?(?:filter|policy|management)", r"responsible.?ai",
    r"data.?inspection|inappropriate content|contentFilter|不安全|敏感",  # DashScope, Zhipu
)  # fmt: skip
SPOILT = _any(
    r"json_validate_failed|tool_use_failed",  # Groq
    r"fail\w* to (?:generate|produce|parse|validate) (?:a |the )?(?:valid )?(?:json|output|response|function)",
)
TOO_LONG = _any(
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
STREAM = _any(r"stream\s*=\s*true", r"non.?stream", r"only supports? stream", r"stream.{0,20}(?:must|required)",
                 r"`?stream\s*=\s*false`?", r"must.{0,20}\bstream")  # Fireworks, DashScope, ModelScope  # fmt: skip
LENGTHS = _any(
    r"(?:max|min)(?:imum)?_?(?:Length|Items)\b",
    r"too many states|array length limits",  # Gemini
)
ROLE = _any(
    r"\bsystem.?(?:role|message|prompt|instruction)", r"\brole\b.{0,40}\bsystem\b", r"developer instruction",  # Gemma
    r"roles? (?:must|should) (?:be )?alternat",  # Mistral's and Gemma's templates
)  # fmt: skip
FORMAT = _any(
    r"response.?(?:format|schema)",
    r"json.?(?:schema|object|mode)",
    r"structured.?output",
    r"grammar",
    r"guided.?(?:json|dec)",
)
LIMIT = re.compile(r"max(?:imum)?[ _]?(?:completion_|output_|new_)?tokens", re.IGNORECASE)
UNKNOWN = _any(
    r"(?:un|not )(?:supported|known|recogni[sz]ed|expected|permitted|allowed)\b",
    r"\binstead\b",
    r"\bextra\b",
    r"cannot find field",
)
NO_MODEL = _any(
    r"model.{0,80}(?:not found|not exist|not a valid|no longer|decommissioned)",
    r"(?:unknown|invalid|no such) model\b",
    r"model_not_found|page not found",
    r"无可用渠道|no available channel|模型不存在",  # one-api, new-api (503), Zhipu
)
BUSY_WORDS = _any(
    r"rate.?limit|too many requests|throttl|overloaded|resource.?exhausted|capacity exceeded|server.{0,10}\bbusy\b",
    r"(?:temporarily|currently) (?:unavailable|overloaded|loading)|model is loading|try again (?:later|in)",
    r"速率限制|请求频率|限流|繁忙|并发",  # Zhipu
)
AGAIN = re.compile(r"(?:again|retry) (?:in|after) (?:(\d+)m(?!s))?(?:([\d.]+) ?(ms|s))?", re.IGNORECASE)
