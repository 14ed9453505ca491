"""What fuzzing found, and the targets themselves on their seeds: a target that is broken finds nothing."""

import random

import pytest

from bench.fuzz.targets import TARGETS, altered, seeds

FINDS: dict[str, list[bytes]] = {
    "post": [
        b"---\ntitle: x\n---\n# [a\x00b](https://arxiv.org/abs/2511.09146)\n\n## Limitations\nl\x00m\n",
        b"---\ntitle: x\n---\n# [a](https://arxiv.org/abs/2511.09146)\n\n## Conclusion\nc\n> q\n\n## Method\nm\n",
    ],
    "edition": [],
    "reply": [],
}
"""Inputs that broke a reader or a promise once."""


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_former_finds_hold(name: str) -> None:
    for data in (b"", b"\x00", *seeds(name), *FINDS[name]):
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_hundred_mutations_of_the_seeds_hold(name: str) -> None:
    dice = random.Random(17)
    for _ in range(150):
        data = bytearray(dice.choice(seeds(name))[:6000])
        for _ in range(dice.randrange(1, 9)):
            at = dice.randrange(len(data))
            data[at : at + dice.randrange(3)] = dice.choice(
                (b"", b"\n", b"\\", b'"', b"{{", b"# [", b"- ", b"\xe2\x80\xae", b"---\n", b"../", b"\x00", b"null")
            )
        TARGETS[name](bytes(data))


def test_changes_of_an_edition_reach_every_part_of_it() -> None:
    dice = random.Random(17)
    made = {altered(dice.randbytes(60)) for _ in range(50)}

    assert len(made) > 40
