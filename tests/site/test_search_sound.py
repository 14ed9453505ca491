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


def test_words_with_two_consonants_and_more_have_keys_whole_and_in_parts() -> None:
    keys = sorted(sound.keys(["Omni-Diffusion: RoPE 확산 2 Aya AI", "RoPE"]))

    assert keys == ["$LP/rope", "$MN/omni", "$MNTPSN/omnidiffusion", "$TPSN/diffusion"]


TITLES = [
    "Helios: Real-Time Video", "PixelSmile: Faces", "Scaffolding for Agents", "LongVideoBench",
    "Sommelier: Tasting Data", "ImageCritic: Seeing", "Schmidhuber: A Life",
]  # fmt: skip


@needs_node
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("헬리오스", "Helios"), ("픽셀스마일의", "PixelSmile"), ("스캐폴딩", "Scaffolding"),
        ("롱비디오벤치", "LongVideoBench"),
        ("소믈리에", "Sommelier"), ("이미지크리틱", "ImageCritic"), ("슈미트후버", "Schmidhuber"),
    ],
)  # fmt: skip
def test_a_word_of_a_title_is_found_as_hangul_spells_it(typed: str, title: str) -> None:
    records = [record(number, one) for number, one in enumerate(TITLES)]

    (answer,) = ask(records, typed)

    assert [TITLES[number] for number in answer["numbers"]] == [one for one in TITLES if title in one]
    assert [read[1] for read in answer["read"]] == [title.lower()]


@needs_node
def test_a_short_word_is_read_so_only_where_it_stands_beside_the_others() -> None:
    records = [record(0, "Penguin-VL: Seeing"), record(1, "Tuna-2"), record(2, "Vision 모델")]

    answers = ask(records, "펭귄 seeing", "튜나", "튜나 모델")

    assert [(answer["numbers"], answer["dropped"]) for answer in answers] == [
        ([0], []),
        ([], ["튜나"]),
        ([2], ["튜나"]),
    ]


@needs_node
def test_a_word_with_the_same_consonants_and_other_vowels_is_another_one() -> None:
    records = [record(0, "Holistic Helium"), record(1, "Priors for Evolving Systems")]

    assert [answer["numbers"] for answer in ask(records, "훌러스", "페르시아", "프라이팬", "하늘소")] == [
        [],
        [],
        [],
        [],
    ]


@needs_node
@pytest.mark.parametrize(
    ("typed", "author"),
    [
        ("황성주", "Sung Ju Hwang"), ("황성주", "Sung-Ju Hwang"), ("주재걸", "Jaegul Choo"), ("최예진", "Yejin Choi"),
        ("이경민", "Kyungmin Lee"), ("여운경", "Woongyeong Yeo"), ("남궁민", "Min Namgung"), ("박현기", "Hyunki Park"),
    ],
)  # fmt: skip
def test_a_korean_author_is_found_by_the_name_in_hangul(typed: str, author: str) -> None:
    records = [record(0, "One", authors=(author,)), record(1, "Two", authors=("Jung Park", "Wei Li"))]

    (answer,) = ask(records, f"{typed} 교수님 논문")

    assert answer["numbers"] == [0]
    assert [(heard, name.rpartition(" ")[2]) for heard, name in answer["read"]] == [(typed, author.rpartition(" ")[2])]


@needs_node
def test_of_a_name_and_a_subject_that_never_stand_together_the_rarer_counts() -> None:
    records = [record(0, "One", authors=("Sung Ju Hwang",)), record(1, "World Models"), record(2, "World Model Two")]

    (answer,) = ask(records, "황성주 월드 모델")

    assert (answer["numbers"], answer["dropped"]) == ([0], ["월드 모델"])


@needs_node
def test_other_words_of_hangul_are_nobodys_name() -> None:
    records = [record(0, "One", authors=("Yangyi Go", "Sung Ju Hwang", "Jae Hwang"))]

    assert [answer["numbers"] for answer in ask(records, "황소자리", "냉장고", "황성", "가지다")] == [[], [], [], []]
