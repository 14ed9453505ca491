"""Against a real llama.cpp server of embeddings, which takes 512 tokens and gives as many numbers as its model has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed: pip install xllamacpp gguf")
pytest.importorskip("gguf", reason="gguf is not installed: pip install xllamacpp gguf")

from contextlib import ExitStack, closing

from digest.adapters.store import Cache
from digest.errors import EmbeddingError
from tests.stages.embed.scripted import Scene
from tests.stages.summarize import tiny_llama

pytestmark = pytest.mark.model


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    tiny_llama.write_model(tmp_path / "tiny.gguf")
    with tiny_llama.serve(tmp_path / "tiny.gguf", embeds=True) as url, ExitStack() as opened:
        cache = opened.enter_context(closing(Cache(tmp_path / "cache")))
        yield Scene(url, cache, [], [], opened)


def test_it_gives_a_vector_a_text_in_their_order(scene: Scene) -> None:
    embedder = scene.embedder(dimensions=None, timeout=60)

    one, two = embedder.vectors(["one", "two"])

    assert (len(one.values), one.model, one != two) == (tiny_llama.WIDTH, "tiny", True)
    assert embedder.vectors(["two", "one"]) == [two, one]
    assert scene.spent.calls == 1
    assert scene.spent.input_tokens > 2


def test_it_gives_no_other_length_than_its_own_and_the_error_names_that(scene: Scene) -> None:
    with pytest.raises(EmbeddingError, match=r"set llm\.embeddings\.dimensions to 64, or to null"):
        scene.embedder(dimensions=16, timeout=60).vectors(["one"])


def test_what_it_finds_too_long_is_shortened(scene: Scene) -> None:
    (found,) = scene.embedder(dimensions=None, timeout=60).vectors(["word " * 2000])

    assert len(found.values) == tiny_llama.WIDTH
    assert scene.spent.calls == 1
