import re
from pathlib import Path

import pytest
import yaml

DOCUMENT = Path(__file__).parents[3] / "docs" / "checks.md"
EXAMPLES = [
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.M | re.S)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.get("text", example.get("claim"))))
def test_an_example_of_the_document_does_what_it_says(judge, example: dict[str, object]) -> None:
    given = {key: value for key, value in example.items() if key not in ("check", "finds")}

    found = [finding.where for finding in judge(**given).findings if finding.check == example["check"]]

    assert found == example["finds"]


def test_each_check_has_an_example_that_fires_and_one_that_must_not() -> None:
    shown = {(example["check"], bool(example["finds"])) for example in EXAMPLES}

    checks = ("complete", "language", "numbers", "names", "anchors", "evidence")
    assert shown == {(check, fires) for check in checks for fires in (True, False)}
