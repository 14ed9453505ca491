"""Against a real llama.cpp server, once enforcing the schema and once ignoring it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed: pip install xllamacpp gguf")
pytest.importorskip("gguf", reason="gguf is not installed: pip install xllamacpp gguf")

from digest.errors import SummaryError
from digest.model import schema
from tests.stages.summarize import tiny_llama
from tests.stages.summarize.scripted import DOCUMENT, PAPER, TOPICS, Setup

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tiny_llama.write_model(path)
    return path


@pytest.fixture
def setup(model: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Setup]:
    with tiny_llama.serve(model, ignores_schema=request.param) as url:
        setup = Setup(url, tmp_path, model="tiny")
        with setup.opened:
            yield setup


@pytest.mark.parametrize("setup", [False], indirect=True)
def test_a_server_that_enforces_the_schema_gives_a_whole_draft_in_one_call(setup: Setup) -> None:
    draft = setup.summarizer(timeout=60).summarize(PAPER, DOCUMENT)

    assert all(0 < len(draft.summary.field(field.name)) <= field.limit for field in schema.FIELDS)
    assert set(draft.summary.topics) <= set(TOPICS)
    assert draft.usage.calls == 1
    assert draft.usage.input_tokens > 1000
    assert draft.usage.output_tokens > 0
    assert setup.cache.fact(f"capabilities {setup.url}/v1 tiny") is None  # nothing was refused


@pytest.mark.parametrize("setup", [True], indirect=True)
def test_a_server_that_ignores_the_schema_costs_the_paper_at_most_four_calls_and_nothing_is_made_up(
    setup: Setup,
) -> None:
    summarizer = setup.summarizer(timeout=60, output_tokens=200)

    with pytest.raises(
        SummaryError, match=r"unusable model reply: It was cut off|unusable model reply: There is no JSON"
    ):
        summarizer.summarize(PAPER, DOCUMENT)

    assert 1 <= setup.budget.spent.calls <= 4
    assert setup.budget.spent.output_tokens <= 4 * 200
