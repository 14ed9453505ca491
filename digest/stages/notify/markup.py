"""Text of others as chat services show it: no link, mention or markup in it acts, whichever service reads it.

There is one form for all services, the strictest. What a service takes for markup depends on its version, on the
address (`?format=markdown`) and on what Apprise makes of it on the way; what none of them can read needs no table. A
sign that would act becomes one that looks like it; where its neighbours make it act, a word joiner stands between them.

Signs and who reads them:
* _ ~ ` |        emphasis, code, spoilers, tables: Discord, Slack, Mattermost, Telegram, WhatsApp, Zulip, Webex, Teams …
< >              Slack's `<address|words>` and `<!channel>`, HTML
](  [b]  [CQ:    links of Markdown; BBCode; QQ's codes
@ # !            mentions, hashtags, pictures: all
(met)            KOOK's mentions
{{ }}  :a:  $$   expressions of adaptive cards, emojis, maths
://  name.tld    addresses that become links by themselves
"""

import re

from digest.model.text import one_line

_JOINER = "\u2060"  # invisible, of no width, and no line may break there
_ALIKE = str.maketrans({"`": "\u02cb", "~": "\u223c", "|": "\u2223"})
_STAR = re.compile(
    r"(?<!\w)\*|\*(?=\S)"
)  # not the one of `A* search`: after a word and before a space it opens nothing
_LOW_LINE = re.compile(r"(?<![^\W_])_|_(?![A-Za-z0-9])")  # not the one of `snake_case`
_TAG = re.compile(r"<([^<>\s\d=-][^<>]*)>")
_OPENING = re.compile(r"<(?=[^\s\d=-])")
_ADDRESS = re.compile(r":(?=//)|(?<=\w)\.(?=[^\W\d_]{2})|@(?=\S)|\](?=\()")
_ACTING = re.compile(
    r"\](?=[\[:])|!(?=[\[\w])|\[(?=[^\W\d]|[/!^@#])|\((?=[a-z]+\))|#(?=\w)|&(?=#?\w+;)|\$(?=\$)|\{(?=[{\w])|:(?=[\w+-]+:)"
)
_LEADING = re.compile(r"^(?=[^\w\s]|\d+[.)])")
"""Where a heading, a list, a quotation or a rule could begin."""


def for_chat(raw: str) -> str:
    """Return one line that every chat service shows as it stands."""
    text = one_line(raw).translate(_ALIKE)
    text = _LOW_LINE.sub("\u02cd", _STAR.sub("\u2217", text))
    text = _OPENING.sub("\u2039", _TAG.sub("\u2039\\1\u203a", text))
    return _LEADING.sub(_JOINER, _ACTING.sub(_joined, for_mail(text)))


def for_mail(raw: str) -> str:
    """Return one line in which no mail program finds a link or an address to make one of. Does not escape HTML."""
    return _ADDRESS.sub(_joined, one_line(raw))


def _joined(sign: re.Match[str]) -> str:
    return f"{sign[0]}{_JOINER}"
