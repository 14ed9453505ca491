"""What a verifier is shown of each claim: its own quotes first, then passages that code finds, within a limit."""

import time

import pytest

from digest.model import ArxivId, Claim, Document, Evidence, Paper, Section, SourcedClaim
from digest.model.tables import tables_of
from digest.model.text import estimate_tokens
from digest.stages.check.verification.pieces import MOST_TOKENS, PER_CLAIM, gather, widen
from digest.stages.check.verification.units import UNHEADED, index_units

PAPER = Paper(id=ArxivId("2511.00001"), title="Gates", abstract="We add gates to layers.")
TABLE = (
    "Table 2: Accuracy on long inputs.\nMethod | Books | Code\n | acc | acc\nGateNet | 71.2 | 60.1\n"
    "DenseNet | 68.0 | 59.3\nSparse-X | 50.0 | 41.0"
)


def document(results: str = "", *tables: str, limits: str = "") -> Document:
    sections = (
        Section("Abstract", PAPER.abstract, "abstract"),
        Section("Method", "A gate is trained first. It opens for rare words. Then layers are skipped.", "method"),
        Section("Results", results, "results", tables),
        *((Section("Limitations", limits, "limitations"),) if limits else ()),
    )
    return Document(id=PAPER.id, origin="html", sections=sections)


def shown(of: Document, claim: Claim, field: str = "results") -> tuple[str, ...]:
    (sourced,) = gather(index_units(PAPER, of), {field: (claim,)})
    return sourced.pieces


def row(of: Document, number: int) -> Evidence:
    table = next(tables_of(of))
    return Evidence(table.rows[number], table.section, table.context)


def test_a_quote_comes_with_the_sentence_before_and_behind_it() -> None:
    pieces = shown(document(), Claim(text="게이트를 연다.", anchors=(Evidence("It opens for rare words.", "Method"),)))

    assert pieces[0] == "A gate is trained first. It opens for rare words. Then layers are skipped."


def test_a_row_comes_with_caption_all_heading_rows_and_the_rows_of_every_method_that_the_claim_names() -> None:
    paper = document("", TABLE)

    pieces = shown(paper, Claim(text="GateNet은 DenseNet보다 낫다.", anchors=(row(paper, 0),)))

    assert pieces[0] == (
        "Table 2: Accuracy on long inputs.\nMethod | Books | Code\n | acc | acc\nGateNet | 71.2 | 60.1\n"
        "DenseNet | 68.0 | 59.3"
    )


def test_a_table_without_heading_rows_says_so() -> None:
    paper = document("", "Table 3: Speed.\nGateNet | 12 | 14\nDenseNet | 20 | 22")

    assert UNHEADED in shown(paper, Claim(text="빠르다.", anchors=(row(paper, 0),)))[0].split("\n")
    assert UNHEADED not in shown(document("", TABLE), Claim(text="낫다.", anchors=(row(document("", TABLE), 0),)))[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("기억 공간은 12억 바이트다.", "Memory takes 1.2 billion bytes."),
        ("Wan2.1-14B로 시험했다.", "We test Wan2.1-14B as well."),
        ("DenseNet의 정확도는 68.0이다.", "DenseNet | 68.0 | 59.3"),
    ],
)
def test_what_has_the_figures_and_names_of_a_claim_is_found_without_key_words(text: str, found: str) -> None:
    paper = document("Nothing to see. Memory takes 1.2 billion bytes. We test Wan2.1-14B as well. The end.", TABLE)

    assert any(found in piece for piece in shown(paper, Claim(text=text)))


def test_key_words_find_what_prose_in_another_language_speaks_of() -> None:
    paper = document("Training is fast. Users preferred shorter answers in a survey. Costs fell.")
    claim = Claim(text="사람들은 짧은 답을 더 좋아했다.", keywords=("preferred", "survey", "users"))

    assert any("Users preferred shorter answers" in piece for piece in shown(paper, claim))
    assert shown(paper, Claim(text=claim.text)) == ()


def test_a_limitation_comes_with_what_the_paper_says_of_its_limits_wherever_it_stands() -> None:
    paper = document("Gates pay. We leave larger models to future work. Gates are cheap.", limits="Tables are hard.")

    pieces = "\n".join(shown(paper, Claim(text="논문은 한계를 따로 밝히지 않는다."), "limitations"))

    assert "We leave larger models to future work." in pieces
    assert "Tables are hard." in pieces


def test_other_words_show_other_passages_and_keep_those_that_were_shown() -> None:
    index = index_units(PAPER, document("Gates fail on tables. Gates need no labels."))
    before = SourcedClaim(id="results.1", field="results", claim=Claim(text="표."), pieces=("Gates need no labels.",))

    after = widen(index, before, ("fail", "tables"))

    assert after.pieces == ("Gates need no labels.", "Gates fail on tables.")


def test_claims_are_named_by_field_and_place_in_the_order_of_the_schema() -> None:
    claims = {"results": (Claim(text="a"), Claim(), Claim(text="c")), "goal": (Claim(text="b"),)}

    assert [one.id for one in gather(index_units(PAPER, document()), claims)] == ["goal.1", "results.1", "results.3"]


def test_pieces_are_bounded_and_gathered_in_time_linear_in_the_paper() -> None:
    def seconds(size: int) -> float:
        text = " ".join(f"Model-{n} reaches {n}.5 points on Bench-{n % 50} when gates open." for n in range(size))
        rows = "\n".join(f"Model-{n} | {n}.1 | {n}.2 | {n}.3" for n in range(size))
        paper = document(text, f"Table 1: All.\nMethod | A | B | C\n{rows}")
        anchors = (row(paper, 3), Evidence("Model-7 reaches 7.5 points on Bench-7 when gates open.", "Results"))
        claims = {
            "results": (Claim(text="Model-9는 Bench-4에서 9.5점이다.", anchors=anchors, keywords=("gates",)),) * 24
        }
        start = time.process_time()
        gathered = gather(index_units(PAPER, paper), claims)
        took = time.process_time() - start
        sizes = [estimate_tokens("\n".join(one.pieces)) for one in gathered]
        assert max(sizes) <= 2 * PER_CLAIM + 20
        assert sum(sizes) <= MOST_TOKENS + 24 * 20
        return took

    seconds(100)
    # Eight times is what a line takes, 64 what a square takes; other work may slow one of a pair.
    assert any(seconds(3200) < 24 * seconds(400) for _ in range(5))
