"""Posts in forms of their own: which papers they present, and under which titles."""

import time

import pytest

from digest.posts.mentions import mentions

FORMS = {
    "a numbered title above links": """# Papers of the day

모두 **2개**를 모았다.

## 📊 순위

1. **One: a title that goes
  on below** - 👍 1,904
   - 기관: Institute12
   - [HF 페이지](https://huggingface.co/papers/2511.00001)
   - [논문 링크](https://arxiv.org/abs/2511.00001)
   - Abstract: unlike https://arxiv.org/abs/2301.09999 it works

10. **Two^2: another [title]** - 👍 3
   - [HF 페이지](https://huggingface.co/papers/2511.00002)
""",
    "linked headings": """### [One: a title that goes on below](https://arxiv.org/abs/2511.00001)

![](https://example.org/2511.00001.png)

Vote: 22

- [GPT-4](https://arxiv.org/abs/2303.08774)보다 낫다.

### [Two^2: another \\[title\\]](https://arxiv.org/pdf/2511.00002v3.pdf)
""",
    "a table": """오늘의 논문이다.

| # | 저자 | 제목 | 링크 |
|---|---|---|---|
| 1 | Kim et al. | One: a title that goes on below | [arXiv](https://arxiv.org/abs/2511.00001) |
| 2 | Lee | [Two^2: another [title]](https://hf.co/papers/2511.00002) | [PDF](https://arxiv.org/pdf/2511.00002) |
""",
    "HTML": """<h2>논문</h2><ul><li><a class="x" href="https://arxiv.org/abs/2511.00001"><b>One: a title that goes
on below</b></a> (33 upvotes)</li><li><a href='http://arxiv.org/abs/2511.00002v1'>Two^2: another [title]</a></li></ul>
""",
    "headings above links": """## 1. 🔥 One: a title that goes on below

**저자:** Kim, Lee

📄 [Paper](https://arxiv.org/abs/2511.00001) | 💻 [Code](https://github.com/x/y)

요약이다.

## 2. Two^2: another [title] (12 upvotes)

- 링크: https://arxiv.org/abs/2511.00002
- 요약: 좋다.
""",
    "bold lines": """**1. One: a title that goes on below**
> https://arxiv.org/abs/2511.00001

내용

**2. Two^2: another [title]**
> https://doi.org/10.48550/arXiv.2511.00002
""",
    "labels": """### Paper 1
- **Title:** One: a title that goes on below
- **Authors:** Kim, Lee
- **Link:** [arXiv:2511.00001](https://arxiv.org/abs/2511.00001)

### Paper 2
- **Title:** Two^2: another [title]
- **Link:** <https://www.alphaxiv.org/ko/overview/2511.00002>
""",
    "categories": """- 비전
   - [One: a title that goes on below](https://arxiv.org/abs/2511.00001) — 좋다
- 언어
   * **Two^2: another [title]** ([pdf](https://arxiv.org/pdf/2511.00002), [code](https://github.com/a/b))
""",
    "links by reference": """1. [One: a title that goes on below][1]
2. [Two^2: another \\[title\\]][b]

[1]: https://arxiv.org/abs/2511.00001
[b]: https://huggingface.co/papers/2511.00002 "x"
""",
    "ids before titles": """## 2511.00001 — One: a title that goes on below
*A. Author, B. Author*

## [2511.00002] Two^2: another [title]
http://arxiv.org/abs/2511.00002v1
""",
    "underlined": """One: a title that goes on below
-----
[arxiv](https://arxiv.org/abs/2511.00001)

Two^2: another [title]
-----
[arxiv](https://arxiv.org/abs/2511.00002)
""",
}
PAPERS = [("2511.00001", "One: a title that goes on below"), ("2511.00002", "Two^2: another [title]")]


def _found(body: str, title: str = "") -> list[tuple[str, str]]:
    return [(str(paper.id), paper.title) for paper in mentions(body, title)]


@pytest.mark.parametrize("form", FORMS)
def test_papers_are_found_with_their_titles_in_every_form(form: str) -> None:
    assert _found(FORMS[form].replace("\\\\", "\\")) == PAPERS


def test_a_paper_without_a_title_is_found_by_its_id() -> None:
    body = "# 오늘의 논문 2025-11-01\n\nhttps://arxiv.org/abs/2511.00001\n\nhttps://arxiv.org/abs/2511.00002\n"

    assert _found(body) == [("2511.00001", ""), ("2511.00002", "")]


def test_the_title_of_the_post_is_that_of_no_paper() -> None:
    assert _found("# 주간 정리\n\nhttps://arxiv.org/abs/2511.00001\n", "주간 정리") == [("2511.00001", "")]


@pytest.mark.parametrize(
    "body",
    [
        "오늘은 다른 이야기다.\n",
        "[이 논문](https://arxiv.org/abs/1706.03762)을 따라 만들었다. " + "긴 글이다. " * 80,
        "긴 글이다. " * 80
        + "\n\n- [BERT](https://arxiv.org/abs/1810.04805)\n- [GPT-3](https://arxiv.org/abs/2005.14165)\n",
        "## 참고 문헌\n\n- [Attention Is All You Need](https://arxiv.org/abs/1706.03762)\n",
        "```\n# [One](https://arxiv.org/abs/2511.00001)\n```\n",
        "<!-- # [One](https://arxiv.org/abs/2511.00001) -->\n",
    ],
)
def test_a_post_about_something_else_presents_none(body: str) -> None:
    assert _found(body) == []


@pytest.mark.parametrize(
    "piece",
    [
        "# [a", "**a ", "<a ", "<!--", "[", "[[a]", "| a ", "> ", "- ", "  x ", "[a][b] ", "title ",
        "_a ", "https://arxiv.org/",
        "# 1. [a](https://arxiv.org/abs/2501.00001)\n", "- **a** 👍 1\n", "a\n", " ", "1", "&", "(", "- 👍 1",
    ],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def taken(times: int) -> float:
        body = "## x\n" + piece * times
        begun = time.process_time()
        mentions(body)
        return time.process_time() - begun

    assert taken(16_000) < 0.5 + 12 * taken(2_000)
