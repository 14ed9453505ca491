"""Figures that a Korean summary of a real abstract says in other words than the abstract does."""

import pytest


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("10년 전 모델을 다시 학습한다.", "New 2024 models replace the ones built in 2014."),
        ("2015년부터 2024년까지 10년의 자료이다.", "Data from 2015 to 2024 are used."),
        ("10년간 발전했다.", "It grew over the past decade."),
        ("20년간 발전했다.", "It grew over two decades."),
        ("1분 길이의 영상이다.", "It makes minute-long videos."),
        ("1초 미만이다.", "It has sub-second latency."),
        ("10배 빠르다.", "It is an order-of-magnitude faster."),
        ("100배 빠르다.", "It is two orders-of-magnitude faster."),
        ("100만 토큰 문맥을 다룬다.", "It has a million-token context."),
        ("0.5B에서 72B까지이다.", "Sizes range from 0.5 to 72 billion."),
        ("5~12점 올랐다.", "It gains 5--12 points."),
        ("56,340개를 모았다.", "There are 56{,}340 examples."),
        ("8B 모델을 쓴다.", "We train Qwen3-8B-Instruct."),
        ("3B 활성 파라미터를 쓴다.", "We train Qwen3-30B-A3B-Thinking."),
        ("6자유도 자세를 추정한다.", "It estimates the 6DoF pose."),
        ("A100 8장으로 학습한다.", "It is trained on 8xA100."),
        ("435ms가 걸린다.", "It has 230/435ms latency."),
        ("4비트로 양자화한다.", "It is quantised to W4A16."),
        ("1024×1024 영상을 만든다.", "It makes 1024x1024 images."),
        ("billion-parameter 모델이다.", "It is a 14-billion-parameter model."),
        ("52.5%에서 72.5%로 20%p 올랐다.", "It rises from 52.5% to 72.5%."),
        ("- 1단계: 줄거리를 만든다.\n- 2단계: 장면의 이미지를 만든다.\n- 3단계: 비디오를 만든다.", "It is automated."),
        ("Stage 1, Stage 2, Stage 3으로 나눈다.", "Three stages follow."),
        ("FID 0.72를 얻고 12.5% 빨라졌다.", "It achieves0.72 FID and gains12.5% speed."),
        ("32K 길이까지 19% 줄었다.", "It uses {sim}19% less across 4K--32K lengths."),
        ("추가 비용이 0이다.", "It comes at no extra cost."),
    ],
)
def test_a_paraphrased_figure_is_no_finding(words, text: str, paper: str) -> None:
    assert words("numbers", text, paper=paper) == []


@pytest.mark.parametrize(
    ("text", "paper", "where"),
    [
        ("12년 전 모델을 다시 학습한다.", "New 2024 models replace the ones built in 2014.", "12년"),
        ("30년간 발전했다.", "It grew over two decades.", "30년"),
        ("1시간 길이의 영상이다.", "It makes minute-long videos.", "1시간"),
        ("100배 빠르다.", "It is an order-of-magnitude faster.", "100배"),
        ("4배 적은 데이터를 쓴다.", "It needs only 20% of the data.", "4배"),
        ("5배 많은 데이터를 쓴다.", "It needs only 20% of the data.", "5배"),
        ("25%의 데이터만 쓴다.", "It needs 5x less data.", "25%"),
        ("0.7B에서 72B까지이다.", "Sizes range from 0.5 to 72 billion.", "0.7B"),
        ("1024×768 영상을 만든다.", "It makes 1024x1024 images.", "768 영상"),
        ("2단계에서 학습한다.", "It filters, trains and tests.", "2단계"),
        ("9B 모델을 쓴다.", "We train Qwen3-8B-Instruct.", "9B 모델"),
    ],
)
def test_the_wrong_figure_paraphrased_is_a_finding(words, text: str, paper: str, where: str) -> None:
    assert words("numbers", text, paper=paper) == [where]
