"""Words of titles that readers spell in Hangul, as they heard them."""

import pytest

from digest.site.search import sound
from tests.site.test_search import ask, needs_node, record


@pytest.mark.parametrize(
    ("word", "rows"),
    [
        ("Helios", ["HLS"]),
        ("PixelSmile", ["PKSLSML"]),
        ("Transformer", ["TLNSPM"]),
        ("FutureOmni", ["PSMN"]),
        ("thinking", ["SNKN", "TNKN"]),
        ("Scheduler", ["SKSL", "SKTL", "SSL", "STL"]),
        ("KNIGHT", ["NT"]),
        ("GPT", ["KPT"]),
    ],
)
def test_a_word_is_heard_as_rows_of_consonants(word: str, rows: list[str]) -> None:
    assert sound.sounds(word) == rows


def test_words_with_three_consonants_and_more_have_keys_whole_and_in_parts() -> None:
    assert sorted(sound.keys(["Omni-Diffusion: RoPE 확산 2", "RoPE"])) == ["$MNTPSN/omnidiffusion", "$TPSN/diffusion"]


TITLES = [
    "Helios: Real-Time Video", "PixelSmile: Faces", "Scaffolding for Agents", "LongVideoBench",
    "Sommelier: Tasting Data", "ImageCritic: Seeing",
]  # fmt: skip


@needs_node
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("헬리오스", "Helios"), ("픽셀스마일의", "PixelSmile"), ("스캐폴딩", "Scaffolding"),
        ("롱비디오벤치", "LongVideoBench"),
        ("소믈리에", "Sommelier"), ("이미지크리틱", "ImageCritic"),
    ],
)  # fmt: skip
def test_a_word_of_a_title_is_found_as_hangul_spells_it(typed: str, title: str) -> None:
    records = [record(number, one) for number, one in enumerate(TITLES)]

    (answer,) = ask(records, typed)

    assert [TITLES[number] for number in answer["numbers"]] == [one for one in TITLES if title in one]
    assert [read[1] for read in answer["read"]] == [title.lower()]


@needs_node
def test_a_word_with_the_same_consonants_and_other_vowels_is_another_one() -> None:
    records = [record(0, "Holistic Helium"), record(1, "Priors for Evolving Systems")]

    assert [answer["numbers"] for answer in ask(records, "훌러스", "페르시아", "프라이팬", "하늘소")] == [
        [],
        [],
        [],
        [],
    ]
