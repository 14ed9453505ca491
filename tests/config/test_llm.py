"""Which models may be asked, where, and with whose key."""

import pytest

from digest.adapters.redaction import redact, without_keys
from digest.config import (
    EmbeddingsConfig,
    FallbackModel,
    LLMConfig,
    ModelAccess,
    embeddings_access,
    key_names,
    model_accesses,
)
from digest.errors import ConfigError

HERE, THERE = "http://localhost:1/v1", "https://other.example/v1"


def accesses(*fallback: FallbackModel) -> tuple[ModelAccess, ...]:
    return model_accesses(LLMConfig(base_url=HERE, model="a", fallback=fallback))


def test_a_model_alone_has_the_key_of_its_server() -> None:
    assert accesses() == (ModelAccess("a", HERE, "OPENAI_API_KEY"),)


@pytest.mark.parametrize(
    ("further", "access"),
    [
        (FallbackModel(model="b"), ModelAccess("b", HERE, "OPENAI_API_KEY")),
        (FallbackModel(model="b", base_url=f"{HERE}/"), ModelAccess("b", HERE, "OPENAI_API_KEY")),
        (FallbackModel(model="b", key="B_KEY"), ModelAccess("b", HERE, "B_KEY")),
        (FallbackModel(model="b", base_url=THERE), ModelAccess("b", THERE, "")),
        (FallbackModel(model="b", base_url=THERE, key="B_KEY"), ModelAccess("b", THERE, "B_KEY")),
    ],
)
def test_the_key_of_a_server_is_sent_to_no_other(further: FallbackModel, access: ModelAccess) -> None:
    assert accesses(further)[1] == access


def test_it_cannot_be_sent_there_by_name_either() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY is sent to no other server"):
        accesses(FallbackModel(model="b", base_url=THERE, key="OPENAI_API_KEY"))


def test_a_key_is_looked_up_when_it_is_needed_and_missed_by_name() -> None:
    access = ModelAccess("b", THERE, "B_KEY")

    assert (access.key({"B_KEY": "x"}), ModelAccess("b", THERE, "").key({"OPENAI_API_KEY": "x"})) == ("x", None)
    with pytest.raises(ConfigError, match=r"llm\.fallback: B_KEY is not set"):
        access.key({"B_KEY": " "})


def test_the_keys_of_further_models_are_secrets() -> None:
    names = key_names(LLMConfig(fallback=(FallbackModel(model="b", base_url=THERE, key="B_KEY"),)))
    environ = {"B_KEY": "marked-0123456789", "PATH": "/bin"}

    assert redact("sent marked-0123456789", environ, names) == "sent <B_KEY>"
    assert without_keys(environ, names) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("embeddings", "access"),
    [
        ({}, ModelAccess("v", HERE, "OPENAI_API_KEY", "llm.embeddings")),
        ({"base_url": f"{HERE}/"}, ModelAccess("v", HERE, "OPENAI_API_KEY", "llm.embeddings")),
        ({"base_url": THERE}, ModelAccess("v", THERE, "", "llm.embeddings")),
        ({"base_url": THERE, "key": "V_KEY"}, ModelAccess("v", THERE, "V_KEY", "llm.embeddings")),
    ],
)
def test_the_server_of_embeddings_gets_its_own_key_and_no_other_one(
    embeddings: dict[str, str], access: ModelAccess
) -> None:
    llm = LLMConfig(base_url=HERE, embeddings=EmbeddingsConfig(model="v", **embeddings))  # type: ignore[arg-type]

    assert embeddings_access(llm) == access
    assert key_names(llm) == frozenset(filter(None, [embeddings.get("key")]))


def test_the_key_of_the_model_is_not_sent_to_a_server_of_embeddings_elsewhere() -> None:
    llm = LLMConfig(base_url=HERE, embeddings=EmbeddingsConfig(model="v", base_url=THERE, key="OPENAI_API_KEY"))

    with pytest.raises(ConfigError, match=r"llm\.embeddings: OPENAI_API_KEY is sent to no other server"):
        embeddings_access(llm)


def test_vectors_that_may_be_compared_have_one_name() -> None:
    names = [EmbeddingsConfig(model=model, dimensions=size).name for model, size in (("", 256), ("m", 8), ("m", None))]

    assert names == ["", "m@8", "m"]
