"""Texts to vectors: what is sent, what is believed of all that can come back, what is paid for."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from digest.commands.demo.server import Response
from digest.config import EmbeddingsConfig, Price
from digest.errors import BudgetReached, EmbeddingError
from digest.model import Usage
from digest.model.corpus.vectors import embedding
from digest.stages.summarize.budget import Budget
from tests.drips import dripping
from tests.stages.embed.scripted import KEY, WIDTH, Scene, answer, rows, vector

Play = Callable[..., Scene]
FULL = [1.0] * WIDTH


def refuse(status: int, words: str, **headers: str) -> Response:
    return Response(status, json.dumps({"error": {"message": words}}).encode(), headers=headers)


def data(*parts: Any) -> Response:
    return Response(200, json.dumps({"data": parts}).encode())


def test_texts_become_vectors_in_their_order_whatever_the_order_of_the_answer(play: Play) -> None:
    scene = play()

    found = scene.embedder(batch=2).vectors(["one", "two", "three", "one"])

    assert found == [embedding("tiny@16", vector(text)) for text in ("one", "two", "three", "one")]
    assert scene.asked == [
        {"model": "tiny", "input": ["one", "two"], "dimensions": WIDTH},
        {"model": "tiny", "input": ["three"], "dimensions": WIDTH},
    ]
    assert {one["authorization"] for one in scene.headers} == {f"Bearer {KEY}"}


def test_a_text_is_paid_for_once_by_model_dimensions_and_text(play: Play) -> None:
    scene = play()
    scene.embedder().vectors(["one"])
    scene.embedder().vectors(["one", "two"])
    scene.embedder(dimensions=8).vectors(["one"])
    scene.embedder(model="other").vectors(["one"])

    assert [one["input"] for one in scene.asked] == [["one"], ["two"], ["one"], ["one"]]
    assert scene.spent == Usage(4, 20, 0, 0)


def test_without_dimensions_none_are_asked_for_and_any_are_taken(play: Play) -> None:
    scene = play(rows([0.5, -1.0, 0.0]))

    (found,) = scene.embedder(dimensions=None, key=None).vectors(["one"])

    assert (found.model, list(found.numbers)) == ("tiny", [64, -127, 0])
    assert scene.asked == [{"model": "tiny", "input": ["one"]}]
    assert "authorization" not in scene.headers[0]


def test_what_is_long_is_cut_before_it_is_sent(play: Play) -> None:
    scene = play()
    scene.embedder(input_tokens=50).vectors(["word " * 1000, "short"])

    assert [len(text) for text in scene.asked[0]["input"]] == [199, 5]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (rows(FULL), "1 vectors for 2 texts"),
        (rows(FULL, FULL, FULL), "3 vectors for 2 texts"),
        (rows(), "0 vectors for 2 texts"),
        (rows(FULL, FULL[1:]), "vectors of different lengths: 15, 16"),
        (rows(FULL[:8], FULL[:8]), "vectors of 8 numbers, not of 16 — set llm.embeddings.dimensions to 8, or to null"),
        (rows(FULL, [0.0] * WIDTH), "a vector with something else than finite numbers, or of zeros alone"),
        (rows(FULL, [float("nan")] * WIDTH), "a vector with something else than finite numbers"),
        (rows(FULL, [float("inf")] * WIDTH), "a vector with something else than finite numbers"),
        (rows(FULL, [10**400] * WIDTH), "a vector with something else than finite numbers"),
        (rows(FULL, ["1"] * WIDTH), "a vector with something else than finite numbers"),
        (rows(FULL, [True] * WIDTH), "a vector with something else than finite numbers"),
        (rows(FULL, []), "a vector is missing"),
        (rows(FULL, None), "a vector is missing"),  # type: ignore[arg-type]
        (data({"index": 0, "embedding": FULL}, {"index": 0, "embedding": FULL}), "not numbered from 0 to 1"),
        (data({"index": 0, "embedding": FULL}, {"index": -1, "embedding": FULL}), "not numbered from 0 to 1"),
        (data({"index": 0, "embedding": FULL}, {"index": "1", "embedding": FULL}), "not numbered from 0 to 1"),
        (data(None, 5), "not numbered from 0 to 1"),
        (Response(200, b'{"data": {}}'), "not a list of vectors"),
        (Response(200, b'{"error": "no such thing"}'), "not a list of vectors: no such thing"),
        (Response(200, b"<html><title>Login</title></html>", "text/html"), "not a list of vectors: Login"),
        (Response(200, b"[" * 100_000), "not a list of vectors"),
        (Response(200, b""), "not a list of vectors: nothing"),
        (Response(200, b" " * 700_000), "response larger than"),
        (Response(302, b"", headers={"Location": "/elsewhere"}), "answered 302"),
        (refuse(404, "no such model"), "answered 404: no such model — check llm.embeddings"),
        (refuse(401, f"wrong key {KEY}"), "answered 401: wrong key (key) — check A_KEY and the account's credit"),
        (refuse(400, "does not support matryoshka"), "set llm.embeddings.dimensions to null"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_was_asked_for_is_an_error_and_nothing_of_it_is_kept(
    play: Play, given: Any, message: str
) -> None:
    scene = play(given)
    embedder = scene.embedder()

    with pytest.raises(EmbeddingError) as error:
        embedder.vectors(["one", "two"])

    assert message in str(error.value)
    assert KEY not in str(error.value)
    assert (embedder.known("one"), embedder.known("two")) == (None, None)
    assert len(scene.asked) == 1


def test_a_busy_server_is_asked_again_as_long_as_it_wants_and_no_longer_than_may_be(play: Play) -> None:
    scene = play(refuse(429, "slow down", **{"Retry-After": "0.05"}), refuse(503, "loading", **{"Retry-After": "900"}))
    begun = time.monotonic()

    (found,) = scene.embedder(max_wait=0.1).vectors(["one"])

    assert found == embedding("tiny@16", vector("one"))
    assert len(scene.asked) == 3
    assert time.monotonic() - begun >= 0.15
    assert scene.spent == Usage(1, 5, 0, 0)


def test_a_server_that_stays_down_is_left_after_some_tries(play: Play) -> None:
    scene = play(*[refuse(500, "down")] * 9)

    with pytest.raises(EmbeddingError, match="answered 500: down, tried 3 times"):
        scene.embedder().vectors(["one"])

    assert (len(scene.asked), scene.spent) == (3, Usage())


def test_a_connection_that_drops_counts_as_what_it_may_have_cost(play: Play) -> None:
    scene = play(Response(None))

    with pytest.raises(EmbeddingError):
        scene.embedder().vectors(["one word after the other"])

    assert scene.spent.calls == 1
    assert scene.spent.input_tokens > 5


def test_a_server_that_takes_fewer_texts_or_shorter_ones_is_given_these(play: Play) -> None:
    def narrow(asked: dict[str, Any]) -> Response:
        if len(asked["input"]) > 2:
            return refuse(413, "batch size 4 > maximum allowed batch size 2")
        if any(len(text) > 600 for text in asked["input"]):
            said = (
                "input (750 tokens) is too large to process. increase the physical batch size (current batch size: 512)"
            )
            return refuse(500, said)
        return Response(200, json.dumps(answer(asked)).encode())

    scene = play(*[narrow] * 9)
    texts = ["a" * 3000, "b" * 3000, "c", "d"]

    found = scene.embedder(batch=4).vectors(texts)

    assert len(found) == 4
    assert [len(one["input"]) for one in scene.asked] == [4, 2, 2, 2, 2]
    assert [len(text) for text in scene.asked[3]["input"]] == [499, 499]


def test_a_server_that_finds_everything_too_long_is_left(play: Play) -> None:
    scene = play(*[refuse(400, "the input exceeds the context length")] * 20)

    with pytest.raises(EmbeddingError, match="context length"):
        scene.embedder().vectors(["a" * 3000])

    assert len(scene.asked) == 4


@pytest.mark.parametrize("way", ["silence", "header", "103", "chunk size", "body", "error body"])
def test_an_answer_that_never_ends_is_ended(play: Play, way: str) -> None:
    scene = play()
    with dripping(way, 0.02) as place:
        scene.url = f"http://{place}"
        begun = time.monotonic()

        with pytest.raises(EmbeddingError, match=r"no answer within 0\.5 s"):
            scene.embedder(timeout=0.5).vectors(["one"])

        assert time.monotonic() - begun < 10


def test_a_server_that_is_not_there_is_an_error(play: Play) -> None:
    scene = play()
    scene.url = "http://127.0.0.1:9"

    with pytest.raises(EmbeddingError, match=r"embedding server 127\.0\.0\.1:9"):
        scene.embedder(attempts=2).vectors(["one"])


def test_the_limit_of_a_run_holds_for_vectors(play: Play) -> None:
    scene = play()
    scene.budget = Budget("chat", {"chat": Price(input=1, output=1)}, max_tokens=100)
    embedder = scene.embedder(batch=1)

    with pytest.raises(BudgetReached):
        embedder.vectors(["one", "word " * 300])

    assert embedder.known("one") is not None
    assert len(scene.asked) == 1


def test_what_texts_will_take_counts_each_once_and_not_what_is_paid_for(play: Play) -> None:
    scene = play()
    embedder = scene.embedder(batch=2)
    embedder.vectors(["a" * 400])

    assert embedder.price(["a" * 400, "b" * 400, "b" * 400, "c" * 400, "d" * 40_000]) == Usage(2, 101 + 101 + 500)
    assert len(scene.asked) == 1


def test_a_damaged_vector_in_the_cache_is_asked_for_again(play: Play) -> None:
    scene = play()
    embedder = scene.embedder()
    embedder.vectors(["one"])
    for raw in ("not base64 §", "", "AAAA"):
        scene.cache.keep_reply(embedder._key("one"), raw, Usage(), embedder._now())
        assert embedder.known("one") is None

    assert embedder.vectors(["one"]) == [embedding("tiny@16", vector("one"))]


def test_a_key_with_a_line_break_is_named_and_not_shown() -> None:
    from digest.adapters.http import Deadline
    from digest.config import ModelAccess
    from digest.stages.embed import EmbeddingServer

    with pytest.raises(EmbeddingError, match="A_KEY contains invalid characters"):
        EmbeddingServer(EmbeddingsConfig(model="m"), ModelAccess("m", None, "A_KEY"), "sk-a\nb", 1, Deadline())
