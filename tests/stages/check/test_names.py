import pytest

from digest.model import Finding

PAPER = (
    "We propose Denoising Positional Encoding (DPE). LiteAttention runs on Wan2.1 (1.3B, 14B) and Qwen2.5-7B with "
    "fine-tuning. A needle-in-a-haystack test and the Deep Blending scenes are used. Each stage is "
    "dynamic; tokens are sampled."
)


def test_a_near_miss_is_a_finding_with_the_paper_s_own_name(judge) -> None:
    verdict = judge("LiteAttenton이 가장 빨랐다.", paper=PAPER)

    what = "LiteAttenton in results does not occur in the paper (did you mean LiteAttention?)"
    assert verdict.findings == (Finding("names", "results", what, "LiteAttenton"),)


def test_an_acronym_expanded_otherwise_is_a_finding_though_its_words_occur(judge) -> None:
    verdict = judge("Dynamic Positional Encoding(DPE)을 제안한다.", paper=PAPER)

    what = "DPE in results is expanded as “Dynamic Positional Encoding”; the paper says “Denoising Positional Encoding”"
    assert verdict.findings == (Finding("names", "results", what, "Dynamic Positional Encoding"),)


@pytest.mark.parametrize(
    "text",
    [
        "Denoising Positional Encoding(DPE)을 제안한다.",
        "Denoising Position Encodings(DPE)를 제안한다.",
        "liteattention은 Finetuning과 함께 쓰인다.",
        "Wan2.1-14B와 Qwen2.5-7B에서 평가하였다.",
        "Needle in a Haystack 실험을 하였다.",
        "token을 sampling하는 LLM 기반의 end-to-end 방식이다.",
        "Deep Blending 장면을 사용한다.",
        "DPE를 LiteAttention과 결합한다.",
    ],
)
def test_case_hyphens_plurals_particles_and_common_terms_make_no_difference(words, text: str) -> None:
    assert words("names", text, paper=PAPER) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Wan2.1-13B에서 평가하였다.", "Wan2.1-13B"),
        ("Wan2.2-14B에서 평가하였다.", "Wan2.2-14B"),
        ("Qwen2.5-72B에서 평가하였다.", "Qwen2.5-72B"),
        ("Mixtral을 앞섰다.", "Mixtral"),
        ("needle-in-a-bottle 실험을 하였다.", "needle-in-a-bottle"),
        ("Deep Scenes 장면을 사용한다.", "Deep Scenes"),
        ("FID가 낮아졌다.", "FID"),
        ("STAGE를 사용한다.", "STAGE"),
    ],
)
def test_a_name_that_the_paper_lacks_is_a_finding(words, text: str, where: str) -> None:
    assert words("names", text, paper=PAPER) == [where]


def test_a_known_acronym_may_stand_for_its_long_form(words) -> None:
    assert words("names", "WER이 낮아졌다.", paper="The word error rate falls.") == []


def test_accents_and_tex_make_no_difference(words) -> None:
    assert words("names", "Fréchet 거리를 쓴다.", paper="We use the Fr\\'echet distance.") == []


def test_an_ordinary_lower_case_word_is_no_name(words) -> None:
    assert words("names", "pre-trained 모델의 robustness와 re-ranking을 다룬다.", paper=PAPER) == []


def test_a_size_behind_the_name_of_models_belongs_to_it(words) -> None:
    paper = "It gains 8% across various downstream tasks with Llama-3 3B and 8B models."
    assert words("names", "Llama-3-8B에서 평가한다.", paper=paper) == []
    assert words("names", "Llama-3-70B에서 평가한다.", paper=paper) == ["Llama-3-70B"]


def test_rotary_position_and_positional_embeddings_are_one(words) -> None:
    paper = "We use Rotary Position Embeddings (RoPE) in all layers."
    assert words("names", "Rotary Positional Embedding(RoPE)을 쓴다.", paper=paper) == []


def test_a_percentile_and_a_long_form_that_everybody_knows_are_no_names(words) -> None:
    assert words("names", "p99 지연이 줄었다.", paper="The 99th percentile falls.") == []
    assert words("names", "p95 지연이 줄었다.", paper="The 99th percentile falls.") == ["p95"]
    assert words("names", "Reinforcement Learning으로 학습한다.", paper=PAPER) == []


def test_a_quoted_example_needs_only_the_paper_s_words(words) -> None:
    paper = 'The words "New" and "York" are sampled apart.'
    assert words("names", '"New York"이 깨진다.', paper=paper) == []
    assert words("names", "New York에서 열렸다.", paper=paper) == ["New York"]


def test_a_form_of_an_ordinary_word_may_begin_a_sentence(words) -> None:
    paper = "Reverted commits and compositional validity matter. Splitwire is fast. The false discovery rate is low."
    assert words("names", "Composition 기준을 쓴다. Validation을 한다.", paper=paper) == []
    assert words("names", "Splitwyre를 쓴다.", paper=paper) == ["Splitwyre"]
    assert words("names", "값이 Composition 기준이다.", paper=paper) == ["Composition"]


def test_an_acronym_of_words_that_the_paper_has_is_known(words) -> None:
    paper = "The false discovery rate is low near El Ni\u00f1o. Many fast dogs run."
    assert words("names", "FDR이 낮다.", paper=paper) == []
    assert words("names", "FDQ가 낮다.", paper=paper) == ["FDQ"]
    assert words("names", "El Ni\u00f1o 시기에 낮다.", paper=paper) == []


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("T2I 모델이다.", "It is a text-to-image model."),
        ("I2V를 쓴다.", "It does image-to-video generation."),
        ("VideoQA에서 높다.", "It is good at video question answering."),
        ("BEV를 쓴다.", "A bird's-eye view is used."),
        ("LMM을 평가한다.", "Large multimodal models are tested."),
        ("A100에서 측정하였다.", "It runs on 8xA100."),
    ],
)
def test_an_acronym_made_as_the_trade_makes_them_is_known(words, text: str, paper: str) -> None:
    assert words("names", text, paper=paper) == []


@pytest.mark.parametrize(("text", "where"), [("T2V 모델이다.", "T2V"), ("AudioQA에서 높다.", "AudioQA")])
def test_one_that_stands_for_something_else_is_a_finding(words, text: str, where: str) -> None:
    paper = "It is a text-to-image model, good at video question answering."
    assert words("names", text, paper=paper) == [where]


@pytest.mark.parametrize(
    ("paper", "found"),
    [
        ("We compare with the LLM-only baseline.", []),
        ("In the second setting only LLMs answer.", []),
        ("The LLM answers only where the graph has no path.", ["LLM-only"]),
    ],
)
def test_a_baseline_that_leaves_the_rest_out_is_a_name_of_the_papers(words, paper: str, found: list[str]) -> None:
    assert words("names", "LLM-only 설정보다 정확하다.", paper=paper) == found
