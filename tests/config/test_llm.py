"""Which models may be asked, where, and with whose key."""

import pytest

from digest.adapters.redaction import redact, without_keys
from digest.config import FallbackModel, LLMConfig, ModelAccess, key_names, model_accesses
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
