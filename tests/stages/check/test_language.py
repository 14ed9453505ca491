import pytest

from digest.model import Finding


def test_english_left_in_is_a_finding_that_points_at_it(judge) -> None:
    verdict = judge("이 방법은 the cache is merged instead of being dropped 방식이다.")

    run = "the cache is merged instead of being dropped"
    assert Finding("language", "results", f"“{run}” in results is left in English", run) in verdict.findings


@pytest.mark.parametrize(
    "text",
    [
        "결과가 향상됩니다.",
        "결과가 향상되었습니다.",
        "결과가 좋아졌어요.",
        "새로운 방법을 제안함.",
        "정확도가 크게 향상.",
        "코드를 공개하라.",
        "- 결과가 좋아졌다.\n- 속도가 빨라짐.\n- 메모리가 줄었다.",
    ],
)
def test_a_sentence_in_another_register_is_a_finding(words, text: str) -> None:
    assert len(words("language", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "이는 사실이 아니다.",
        "- 정확도가 올랐다.\n- 속도가 빨라졌다.",
        "needle-in-a-haystack 및 in-context learning 실험에서 retrieval 정확도가 올랐다.",
        "structure similarity는 올랐고, audio distance(AD)는 내렸다.",
        "과연 더 큰 모델이 필요한가? 저자들은 그렇지 않다고 본다.",
        "이 차이를 “줄일 수 있다”고 주장한다(그림 3).",
        "DPO, PPO, and best-of-n sampling을 비교하였다.",
    ],
)
def test_plain_korean_with_terms_in_english_is_no_finding(words, text: str) -> None:
    assert words("language", text) == []


@pytest.mark.parametrize(
    ("text", "paper", "where"),
    [
        ("주의(注意) 기제를 사용한다.", "", ["注意"]),
        ("주의(注意) 기제를 사용한다.", "The word 注意 is studied.", []),
        ("トークン을 사용한다.", "", ["トークン"]),
    ],
)
def test_a_third_script_is_a_finding_unless_the_paper_has_it(words, text: str, paper: str, where: list[str]) -> None:
    assert words("language", text, paper=paper) == where


ENGLISH = "The method reduces the memory of the cache and it is faster than all of the earlier methods."
GERMAN = (
    "Die Methode verringert den Speicher und ist schneller als alle früheren Verfahren, die nicht mit ihr arbeiten."
)
JAPANESE = "本手法はキャッシュのメモリを削減し、従来の手法よりも高速である。"


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("en", ENGLISH, 0),
        ("en", GERMAN, 1),
        ("en", JAPANESE, 1),
        ("de", GERMAN, 0),
        ("de", ENGLISH, 1),
        ("ja", JAPANESE, 0),
        ("ja", ENGLISH, 1),
        ("ko", ENGLISH, 1),
        ("tlh", ENGLISH, 0),
    ],
)
def test_each_known_language_is_told_from_the_others(words, language: str, text: str, wrong: int) -> None:
    assert len(words("language", text, language=language)) == wrong


def test_a_list_of_names_is_no_untranslated_sentence(words) -> None:
    text = "비교 대상은 GPT-4o, Claude 3.5 Sonnet, Gemini 1.5 Pro, Llama 3.1 405B, Qwen2.5 72B, DeepSeek V3이다."
    assert words("language", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "공개 모델 가운데 새로운 state of the art를 달성했다.",
        "이 연구는 새로운 rapid attention distillation to linear attention decoders at scale(RADLADS)을 제안한다.",
        "이 연구는 Rapid Attention Distillation to Linear Attention Decoders at Scale을 제안한다.",
        "이 분야에서 first of its kind 데이터이다.",
        "긴 문맥에서 생기는 lost in the middle을 줄인다.",
        "여기에 modified manifold hyper-connections, expert activation, multi-token prediction도 쓴다.",
        "data augmentation, contrastive pretraining, reward shaping, curriculum learning을 결합한다.",
    ],
)
def test_a_set_phrase_with_a_particle_and_a_list_of_terms_are_no_clause(words, text: str) -> None:
    assert words("language", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "이 방법은 we reduce the cache를 뜻한다.",
        "이 방법은 into a replay buffer with 8,192 places에 해당한다.",
        "The state of the art is reached on all tasks.",
    ],
)
def test_a_clause_with_a_particle_is_still_english(words, text: str) -> None:
    assert len(words("language", text)) == 1
