"""Each folder of tests/bad_sites is wrong in one way; `message` holds what the user reads."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from digest.errors import DigestError
from tests.wording import Reads

FOLDER = Path(__file__).parent.parent / "bad_sites"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
def test_what_is_wrong_is_reported_with_file_and_line_and_nothing_is_written(name: str, shop: Any, kit: Any) -> None:
    kit.small(shop).build()
    before = shop.tree()
    for part in ("_posts", "_data", "templates"):
        if (FOLDER / name / part).is_dir():
            shutil.copytree(FOLDER / name / part, shop.out.parent / part, dirs_exist_ok=True)
    with pytest.raises(DigestError) as wrong:
        shop.build()
    golden = FOLDER / name / "message"

    assert str(wrong.value) == Reads(golden.read_text("utf-8").rstrip("\n"))
    assert shop.tree() == before
