"""Small functions over strings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import text
from digest.model.papers import proper_name, short_name

ANY = st.text() | st.text(st.sampled_from("a가 .!?\n\r\t\x0b\x85\u2028\u200b\u202e\ufeff\ud800\U000e0041\"'()1A"))


def test_what_cannot_be_seen_is_dropped_and_every_line_break_is_one() -> None:
    raw = "a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\x00\x1b[0m\u200b\u202e\u2066\ufeff\ud800\ufffe\U000e0041\u180ei\tj"

    assert text.clean(raw) == "a\nb\nc\nd\ne\nf\ng\nh[0mi\tj"


def test_what_belongs_to_words_of_people_stays() -> None:
    for kept in ("👩\u200d🔬", "Zoë", "한글", "नी\u200c", "co\u00adop", "a\u00a0b", "❤\ufe0f"):
        assert text.clean(kept) == kept


@given(ANY)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    for cleaning in (text.clean, text.one_line, text.paragraphs):
        once = cleaning(raw)

        assert cleaning(once) == once
        assert not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in once)
        once.encode()


@given(ANY)
def test_one_line_is_one_line(raw: str) -> None:
    line = text.one_line(raw)

    assert line == line.strip()
    assert line.splitlines() in ([], [line])
    assert "  " not in line


def test_paragraphs_keep_their_lines_and_at_most_one_blank_one() -> None:
    assert text.paragraphs("\n\n a  b \r\n\r\n\r\n\n- c\n  - d \n") == "a b\n\n- c\n- d"


@pytest.mark.parametrize(
    ("prose", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("본 연구는 좋다. 또한 빠르다.", ["본 연구는 좋다.", "또한 빠르다."]),
        ("We use e.g. Adam. It works.", ["We use e.g. Adam.", "It works."]),
        ("See Fig. 3 and Tab. 2. Then stop.", ["See Fig. 3 and Tab. 2.", "Then stop."]),
        ("J. Smith et al. 2020 agree.", ["J. Smith et al. 2020 agree."]),
        ("It rose by 3.5 points. (Really.) “Yes.” No.", ["It rose by 3.5 points.", "(Really.)", "“Yes.”", "No."]),
        ("one\ntwo. three\n\nfour", ["one", "two. three", "four"]),
        ("", []),
    ],
)
def test_prose_is_split_into_sentences(prose: str, sentences: list[str]) -> None:
    assert text.sentences(prose) == sentences


@given(ANY)
def test_no_word_is_lost_between_sentences(raw: str) -> None:
    assert " ".join(text.sentences(raw)).split() == raw.split()


@given(ANY, ANY)
def test_more_text_is_never_fewer_tokens(one: str, other: str) -> None:
    assert 1 <= text.estimate_tokens(one) <= text.estimate_tokens(one + other)


def test_tokens_are_estimated_by_script() -> None:
    assert text.estimate_tokens("word " * 100) == 126
    assert text.estimate_tokens("가" * 100) == 101


@pytest.mark.parametrize(
    ("raw", "slug"),
    [
        ("Reinforcement Learning", "reinforcement-learning"),
        ("데이터셋·벤치마크", "데이터셋-벤치마크"),
        ("검색·RAG", "검색-rag"),
        ("3D", "3d"),
        ("../../etc/passwd", "etc-passwd"),
        ("__a--b__", "a-b"),
        ("Ｆｕｌｌ", "full"),
        ("!!!", ""),
    ],
)
def test_a_slug_is_lower_case_words(raw: str, slug: str) -> None:
    assert text.slug(raw) == slug


@given(ANY, st.integers(1, 100))
def test_a_slug_is_safe_in_paths_and_addresses(raw: str, limit: int) -> None:
    slug = text.slug(raw, limit)

    assert len(slug) <= limit
    assert text.slug(slug, limit) == slug
    assert all(char.isalnum() or char == "-" or unicodedata.category(char).startswith("M") for char in slug)


@pytest.mark.parametrize(
    ("raw", "limit", "short"),
    [
        ("short", 10, "short"),
        ("a  b\nc", 10, "a b c"),
        ("one two three", 9, "one two…"),
        ("one two, three", 10, "one two…"),
        ("unbreakable", 5, "unbr…"),
    ],
)
def test_a_cut_is_at_a_word_and_is_marked(raw: str, limit: int, short: str) -> None:
    assert text.shorten(raw, limit) == short


@given(ANY, st.integers(2, 50))
def test_what_is_shortened_fits(raw: str, limit: int) -> None:
    assert len(text.shorten(raw, limit)) <= limit


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("::add-mask::e", ": :add-mask::e"),
        ("a\n \t::set-output name=x::y", "a\n \t: :set-output name=x::y"),
        ("a\r::add-mask::e", "a\n: :add-mask::e"),
        ("words ##[add-mask]e ##vso[task.x]y", "words ## [add-mask]e ## vso[task.x]y"),
        ("##\u200b[add-mask]e", "## [add-mask]e"),
        ("\x1b[2J\x9b31m\u202ertl\x07", "[2J31mrtl"),
        ("std::vector ### [a](b)\n| a |", "std::vector ### [a](b)\n| a |"),
    ],
)
def test_what_is_printed_holds_no_command_to_a_runner_or_a_terminal(printed: str, shown: str) -> None:
    assert text.printable(printed) == shown


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("DoPE: Denoising", "DoPE"), ("DoPE:\n Denoising", "DoPE"), ("A Study of 16:9 Video", "A Study of 16:9 Video"),
        ("See https://example.org", "See https://example.org"), ("Ratio 16:9: A Study", "Ratio 16:9"),
    ],
)  # fmt: skip
def test_a_paper_is_called_by_what_stands_before_a_colon_and_a_blank(title: str, short: str) -> None:
    assert short_name(title) == short


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("DoPE: Denoising", "DoPE"), ("Scone: Many", "Scone"), ("SAM 2: Segment", "SAM 2"),
        ("PaLI-3 VLM: A", "PaLI-3 VLM"),
        ("Typhoon T1: An Open Model", "Typhoon T1"), ("Dream-VL & Dream-VLA: Open", "Dream-VL & Dream-VLA"),
        ("From Proprietary to Open-Source: Bridging", ""), ("From Skills to Talent: Organising", ""),
        ("Beyond LLaVA-HD: Diving", ""), ("Thinking LLMs: General", ""), ("GUI Agents: A Survey", ""),
        ("Think Once, Act Twice: A", ""), ("Fine-Tuning Language Models: A", ""), ("Scaling DoRA: A", ""),
        ("Kimi K2 Technical Report", "Kimi K2"), ("Qwen-UI-Agent Technical Report: Towards", "Qwen-UI-Agent"),
        ("A Technical Report", ""), ("Technical Report", ""), ("On Models: System Card", ""),
        ("What 4D Needs: A", ""), ("Position: Benchmarks", ""), ("A Title of No Colon", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_short_and_looks_like_one_and_a_slogan_is_none(title: str, name: str) -> None:
    assert proper_name(title) == name
