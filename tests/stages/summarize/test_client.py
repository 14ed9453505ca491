"""One call: what is sent, and what is made of everything that can come back."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from digest.commands.demo.server import Answer, Request, Response
from digest.errors import ConfigError
from digest.model import Usage
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import Answer as Result
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.client.errors import ModelRefused, NoCompletion, Overloaded
from tests.stages.summarize.scripted import KEY, Script, Setup, refuse, say

MESSAGES = [{"role": "user", "content": "?"}]
TEXT = Capabilities("text")
SCHEMA = {"type": "object"}
Play = Callable[..., tuple[Setup, Script]]


def ask(setup: Setup, capabilities: Capabilities = TEXT, *, timeout: float = 5, key: str | None = KEY) -> Result:
    server = ChatServer(base_url=f"{setup.url}/v1", model="m", key=key, timeout=timeout, output_tokens=700)
    try:
        return server.ask(MESSAGES, SCHEMA, capabilities)
    finally:
        server.close()


@pytest.mark.parametrize(
    ("capabilities", "more"),
    [
        (
            Capabilities(),
            {
                "max_tokens": 700,
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "summary", "strict": True, "schema": SCHEMA},
                },
            },
        ),
        (
            Capabilities("json_object with schema"),
            {"max_tokens": 700, "response_format": {"type": "json_object", "schema": SCHEMA}},
        ),
        (
            Capabilities("json_object", "max_completion_tokens"),
            {"max_completion_tokens": 700, "response_format": {"type": "json_object"}},
        ),
        (Capabilities("text"), {"max_tokens": 700}),
    ],
)
def test_a_request_holds_nothing_but_what_every_server_knows(
    play: Play, capabilities: Capabilities, more: dict[str, object]
) -> None:
    setup, script = play(say("hello"))

    answer = ask(setup, capabilities)

    assert answer == Result("hello", "stop", Usage(1, 1000, 0, 20))
    assert script.asked == [{"model": "m", "messages": MESSAGES, "stream": False, **more}]
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (say("", refusal="I cannot help."), Result("I cannot help.", "refusal", Usage(1, 1000, 0, 20))),
        (say("half", finish="length"), Result("half", "length", Usage(1, 1000, 0, 20))),
        (say("", finish="content_filter"), Result("", "content_filter", Usage(1, 1000, 0, 20))),
        (say("x", finish=None), Result("x", "stop", Usage(1, 1000, 0, 20))),
        (say("x", usage=None), Result("x", "stop", None)),
        (say("x", usage={"prompt_tokens": None, "completion_tokens": "7"}), Result("x", "stop", None)),
        (
            say("x", usage={"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}),
            Result("x", "stop", Usage(1, 9, 4, 2)),
        ),
        (
            say("x", usage={"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 40}),  # DeepSeek
            Result("x", "stop", Usage(1, 49, 40, 2)),  # a count that leaves out what was cached
        ),
        (
            say([{"type": "thinking", "thinking": [{"text": "hm"}]}, {"type": "text", "text": "x"}]),  # Mistral
            Result("x", "stop", Usage(1, 1000, 0, 20)),
        ),
        (say("a\ud83db"), Result("ab", "stop", Usage(1, 1000, 0, 20))),
        (say("a\ud83d\ude00b"), Result("a😀b", "stop", Usage(1, 1000, 0, 20))),
        (say("x\u0000y"), Result("x\u0000y", "stop", Usage(1, 1000, 0, 20))),
        (
            Response(200, b"\n  \n" + say("x").body),
            Result("x", "stop", Usage(1, 1000, 0, 20)),
        ),  # OpenRouter keeps alive
    ],
)
def test_an_answer_is_read_whatever_it_lacks(play: Play, response: Response, answer: Result) -> None:
    setup, _ = play(response)

    assert ask(setup) == answer


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(200, b'{"choices": null}'), "has no choices"),
        (Response(200, b'{"choices": []}'), "has no choices"),
        (Response(200, b'{"choices": ["x"]}'), "has no choices"),
        (Response(200, b"[" * 100_000), "not a chat completion"),
        (Response(200, b""), "not a chat completion: nothing"),
        (Response(200, b"\xff\xfe\x00"), "not a chat completion"),
        (Response(200, b'{"choices": ' + b"1" * 5000 + b"}"), "not a chat completion"),
        (Response(200, b" " * (5 * 2**20)), "larger than 4 MB"),
        (refuse(400, "flagged by moderation"), "answered 400: flagged"),
    ],
)
def test_what_is_no_completion_is_declined_with_its_own_words(play: Play, response: Response, said: str) -> None:
    setup, _ = play(response)

    with pytest.raises(NoCompletion, match=said):
        ask(setup)


WORDS = '{"a": "한국어"}'


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8-sig", "application/json"),
        ("utf-16", "application/json; charset=utf-16"),
        ("utf-16-le", "application/json"),
        ("utf-32", "application/json"),
        ("euc-kr", 'application/json; charset="euc-kr"'),
        ("utf-8", "application/json; charset=iso-8859-1"),  # said by servers that send UTF-8 all the same
        ("utf-8", "application/json; charset=no-such"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_read_in_whatever_encoding_it_comes(play: Play, encoding: str, kind: str, stream: bool) -> None:
    place = "delta" if stream else "message"
    whole = json.dumps({"choices": [{place: {"content": WORDS}}]}, ensure_ascii=False)
    setup, _ = play(Response(200, (f"data: {whole}\n\n" if stream else whole).encode(encoding), kind))

    assert ask(setup).raw == WORDS


def test_invisible_characters_of_what_is_no_completion_are_shown(play: Play) -> None:
    setup, _ = play(Response(200, "\u200b{}\x00".encode()))

    with pytest.raises(NoCompletion) as declined:
        ask(setup)

    assert declined.value.what.endswith(r": not a chat completion: \u200b{}\x00")


def test_a_redirect_is_not_followed_and_names_where_it_leads(play: Play) -> None:
    setup, script = play(Response(308, headers={"Location": "https://other.example/v1/chat/completions?key=x"}))

    with pytest.raises(ModelRefused) as refused:
        ask(setup)

    assert str(refused.value).endswith(
        ": answered 308: moved to https://other.example/v1/chat/completions "
        "— set llm.base_url to the address of the model server itself"
    )
    assert len(script.asked) == 1


@pytest.mark.parametrize("page", [b"<h1>Welcome to nginx!</h1>", b"<title>Just a moment...</title><script>x</script>"])
def test_a_web_page_in_place_of_an_answer_is_a_server_that_is_down(play: Play, page: bytes) -> None:
    setup, _ = play(Response(200, b"<!DOCTYPE html><html><body>" + page + b"</body></html>", "text/html"))

    with pytest.raises(Overloaded, match=r"answered 200: (Welcome to nginx!|Just a moment\.\.\.)$"):
        ask(setup)


CHUNKS = ({"content": '{"a": '}, {"content": "1}"})


@pytest.mark.parametrize(
    "lines",
    [
        [f"data: {json.dumps({'choices': [{'delta': one}]})}" for one in CHUNKS] + ["data: [DONE]"],
        [": keeps alive", "event: x", *(f"data:{json.dumps({'choices': [{'delta': one}]})}" for one in CHUNKS)],
        [json.dumps({"message": one, "done": False}) for one in CHUNKS],  # Ollama's own form
        [json.dumps({"choices": [{"message": {"content": '{"a": 1}'}}]}), ""],
    ],
)
def test_an_answer_that_streams_unasked_is_put_together(play: Play, lines: list[str]) -> None:
    setup, _ = play(Response(200, "\n\n".join(lines).encode(), "text/event-stream"))

    assert ask(setup).raw == '{"a": 1}'


def test_an_error_in_a_stream_counts_as_what_it_is(play: Play) -> None:
    setup, _ = play(Response(200, b'data: {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}\n\n'))

    with pytest.raises(Overloaded) as caught:
        ask(setup)

    assert caught.value.throttled


@pytest.mark.parametrize(
    ("message", "raw"),
    [
        ({"tool_calls": [{"function": {"name": "f", "arguments": '{"a": 1}'}}]}, '{"a": 1}'),
        ({"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]}, '{"a": 1}'),
        ({"function_call": {"arguments": '{"a": 1}'}}, '{"a": 1}'),
        ({"reasoning_content": '{"a": 1}'}, '{"a": 1}'),
        ({"reasoning": 'So: {"a": 1}'}, 'So: {"a": 1}'),
    ],
)
def test_an_answer_is_found_where_a_server_put_it(play: Play, message: dict[str, object], raw: str) -> None:
    setup, _ = play(say("", **message))

    assert ask(setup).raw == raw


def test_what_was_cut_off_while_thinking_is_no_answer(play: Play) -> None:
    setup, _ = play(say("", finish="length", reasoning_content='A draft: {"a": 1} But'))

    assert ask(setup).raw == ""


def test_instructions_come_with_the_question_where_there_is_no_role_for_them(play: Play) -> None:
    setup, script = play(say("x"))
    server = ChatServer(base_url=f"{setup.url}/v1", model="m", key=KEY, timeout=5, output_tokens=700)

    server.ask([{"role": "system", "content": "Be brief."}, *MESSAGES], SCHEMA, Capabilities("text", system=False))
    server.close()

    assert script.asked[0]["messages"] == [{"role": "user", "content": "Be brief.\n\n?"}]


def test_an_error_behind_status_200_counts_as_what_it_is(play: Play) -> None:
    setup, _ = play(
        Response(200, json.dumps({"choices": None, "error": {"message": "Too many", "code": 429}}).encode())
    )

    with pytest.raises(Overloaded, match="answered 429: Too many") as caught:
        ask(setup)

    assert caught.value.throttled


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "x", "Retry-After": "7"}, 7.0),
        ({}, None),
    ],
)
def test_the_wait_that_a_server_asks_for_is_read(play: Play, headers: dict[str, str], after: float | None) -> None:
    setup, _ = play(refuse(429, "slow down", headers))

    with pytest.raises(Overloaded) as caught:
        ask(setup)

    assert caught.value.after == after


def test_a_moment_counts_from_the_servers_own_clock(play: Play) -> None:
    now, later = "Mon, 17 Nov 2025 00:00:00 GMT", "Mon, 17 Nov 2025 00:01:00 GMT"
    setup, _ = play(refuse(503, "later", {"Date": now, "Retry-After": later}))

    with pytest.raises(Overloaded) as caught:
        ask(setup)

    assert caught.value.after == pytest.approx(60, abs=5)


def test_a_connection_that_drops_is_worth_another_try(play: Play) -> None:
    setup, _ = play(Response(None))

    with pytest.raises(Overloaded, match=r"127\.0\.0\.1:\d+: .+"):
        ask(setup)


def test_an_answer_cut_off_by_the_network_is_worth_another_try(play: Play) -> None:
    setup, _ = play(Response(200, b'{"cho', headers={"Content-Length": "999"}))

    with pytest.raises((Overloaded, NoCompletion)):
        ask(setup)


def test_a_server_that_is_not_there_is_worth_another_try(open_desk: Callable[[Answer], Setup]) -> None:
    setup = open_desk(lambda _: Response(200))
    setup.url = "http://127.0.0.1:9"

    with pytest.raises(Overloaded, match=r"127\.0\.0\.1:9: .+"):
        ask(setup)


def test_a_server_that_says_nothing_for_too_long_may_charge_for_it_and_is_not_waited_for(
    open_desk: Callable[[Answer], Setup],
) -> None:
    given_up = threading.Event()

    def sleepy(_: Request) -> Response:
        given_up.wait(60)
        return say("late")

    with pytest.raises(NoCompletion, match=r"no answer within 0\.1 s — raise llm\.timeout"):
        ask(open_desk(sleepy), timeout=0.1)
    given_up.set()


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_a_local_server_needs_no_key(play: Play, key: str | None) -> None:
    setup, _ = play(say("x"))

    assert ask(setup, key=key).raw == "x"


def test_a_key_copied_with_its_line_break_works(play: Play) -> None:
    setup, script = play(say("x"))

    ask(setup, key=f"{KEY}\n")

    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["sk-ключ", "sk-\x00x", "sk-“x”"])
def test_a_key_that_no_header_can_carry_is_refused_at_once_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ChatServer(base_url=None, model="m", key=key, timeout=1, output_tokens=100)

    assert key not in str(caught.value)


def test_an_answer_that_drips_for_ever_ends_at_the_timeout(open_desk: Callable[[Answer], Setup]) -> None:
    with dripping() as url, pytest.raises(NoCompletion, match=r"no answer within 0\.3 s"):
        setup = open_desk(lambda _: Response(200))
        setup.url = url
        ask(setup, timeout=0.3)


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends a space every now and then, as gateways do to keep a connection open."""

    def drip(listener: socket.socket) -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            with client:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
                for _ in range(100):
                    client.sendall(b" ")
                    time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_openai_is_imported_by_those_who_ask_alone() -> None:
    code = "import sys, digest.stages.summarize.model; print('openai' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"
