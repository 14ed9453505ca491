"""Handed in at half the price, collected later, found paid by an ordinary build."""

import json
import re

import pytest

from digest.commands.demo.server import NOT_FOUND
from tests.runs import files
from tests.stages.summarize.batch.office import RANGE, Setup


def test_handed_in_collected_and_built_without_asking_anything_online(setup: Setup) -> None:
    handed = setup.run(*RANGE, "--batch", "--yes")
    early = setup.run("--collect", "--yes")
    rounds = setup.finish()
    after = setup.run("--collect", "--yes")
    asked = setup.online
    online = setup.run(*RANGE, "--yes", folder="online")

    assert handed[0] == 0 and "submitted 6 requests (batch_0)" in handed[1]
    assert re.search(r"7 days, 6 papers to read: about 6 calls, [\d,]+ tokens \(0% cached\), \$0\.1680; "
                     r"at most 364,800 tokens, \$0\.36 \(half price", handed[1]), handed[1]  # fmt: skip
    assert early == (0, "fetched 0 results; 0 calls, 0 tokens\n6 requests pending; run --collect again later\n")
    assert {code for code, _ in rounds} == {0} and "fetched 6 results; 6 calls" in rounds[0][1]
    assert after == (0, "fetched 0 results; 0 calls, 0 tokens; nothing left to build\n")
    assert (asked, online[0]) == (0, 0)
    assert _without_cost(files(setup.folder / "site")) == _without_cost(files(setup.folder / "online"))


def _without_cost(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: re.sub(rb'"cost": [\d.e-]+', b"", content) for name, content in found.items()}


def test_a_reply_by_batch_costs_half(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.finish()
    setup.run(*RANGE, "--yes", folder="online")

    def costs(folder: str) -> list[float]:
        edition = json.loads(files(setup.folder / folder)["_data/digests/2026-01-05.json"])
        return [e["provenance"]["usage"]["cost"] for e in edition["entries"] if e["provenance"]["usage"]["calls"] == 1]

    assert costs("site") == pytest.approx([cost / 2 for cost in costs("online")], abs=1e-6)
    assert costs("site")


def test_what_waits_is_not_handed_in_again_even_without_the_cache(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.lose_the_cache()

    again = setup.run(*RANGE, "--batch", "--yes")

    assert again[0] == 0 and "nothing new to submit; 6 were submitted before" in again[1]
    assert "each round within 24 h); 6 of them wait for a batch, see --collect\n" in again[1]
    assert len(setup.office.batches) == 1


def test_a_batch_whose_confirmation_was_lost_is_found(setup: Setup) -> None:
    setup.office.drops, setup.office.lists = True, 1  # the list before it is answered, the one that looks for it is not
    lost = setup.run(*RANGE, "--batch", "--yes")
    setup.office.drops, setup.office.lists = False, 1000

    again = setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    collected = setup.run("--collect", *RANGE, "--yes")

    assert lost[0] == 1 and "rerun the command" in lost[1]
    assert again[0] == 0 and len(setup.office.batches) == 1
    assert collected[0] == 0 and "fetched 6 results" in collected[1]


def test_a_server_without_batches_is_one_line(setup: Setup) -> None:
    setup.world.on = lambda request: NOT_FOUND if request.path in {"/v1/files", "/v1/batches"} else None

    done = setup.run(*RANGE, "--batch", "--yes")

    assert done[0] == 1
    assert "this server may not support batches; retry without --batch" in done[1].splitlines()[-1]


VERIFY = {"DIGEST_CHECK__VERIFY": "true"}


def test_second_readings_follow_in_a_batch_of_their_own(setup: Setup) -> None:
    handed = setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    first = setup.run("--collect", "--yes", **VERIFY)
    early = setup.run("--collect", "--yes", **VERIFY)
    posts = setup.posts()
    rounds = setup.finish(**VERIFY)
    asked = setup.online
    online = setup.run(*RANGE, "--yes", folder="online", **VERIFY)

    assert handed[0] == 0 and "(half price, each round within 24 h)" in handed[1]
    assert first[0] == 0 and "fetched 6 results" in first[1]
    assert "submitted 6 further requests (batch_1) that follow from the replies" in first[1]
    assert early == (0, "fetched 0 results; 0 calls, 0 tokens\n6 requests pending; run --collect again later\n")
    assert posts == []
    assert {code for code, _ in rounds} == {0} and len(setup.posts()) == 2
    assert (asked, online[0]) == (0, 0)
    assert _without_cost(files(setup.folder / "site")) == _without_cost(files(setup.folder / "online"))


def test_a_second_reading_by_batch_costs_half_of_its_own_model_s_price(setup: Setup) -> None:
    prices = '{"played": {"input": 0.0, "output": 0.0}, "other": {"input": 1.0, "output": 10.0}}'
    other = {**VERIFY, "DIGEST_CHECK__VERIFY_MODEL": "other", "DIGEST_LLM__PRICES": prices}
    assert setup.run(*RANGE, "--batch", "--yes", **other)[0] == 0
    setup.finish(**other)
    setup.run(*RANGE, "--yes", folder="online", **other)

    def costs(folder: str) -> list[float]:
        edition = json.loads(files(setup.folder / folder)["_data/digests/2026-01-05.json"])
        return [e["provenance"]["usage"]["cost"] for e in edition["entries"] if e["provenance"]["usage"]["calls"] == 2]

    models = [
        {json.loads(line)["body"]["model"] for line in setup.office.files[batch["input_file_id"]].splitlines()}
        for batch in reversed(setup.office.batches)
    ]
    assert models[:2] == [{"played"}, {"other"}] and all(len(one) == 1 for one in models)
    assert costs("site") == pytest.approx([cost / 2 for cost in costs("online")], abs=1e-6)
    assert costs("site") and min(costs("site")) > 0


def test_a_second_reading_that_fails_twice_is_done_without(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    setup.run("--collect", "--yes", **VERIFY)
    setup.office.refuses = ("claim id",)
    rounds = setup.finish(**VERIFY)

    assert "fetched 0 results, 6 failed" in rounds[0][1] and "we failed" in rounds[0][1]
    assert rounds[-1][0] == 0 and "no second reading: failed in 2 batches" in rounds[-1][1]
    assert (setup.online, len(setup.posts())) == (0, 2)


def test_without_the_cache_nothing_is_handed_in_twice(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", **VERIFY)
    setup.office.answer_all()
    setup.run("--collect", "--yes", **VERIFY)
    setup.lose_the_cache()

    early = setup.run("--collect", "--yes", **VERIFY)
    setup.lose_the_cache()
    rounds = setup.finish(**VERIFY)

    assert early[0] == 0 and "6 requests pending" in early[1]
    assert rounds[-1][0] == 0 and len(setup.posts()) == 2
    assert len(setup.office.questions) == len(set(setup.office.questions))
    assert setup.online == 0


def test_a_limit_of_the_run_holds_for_what_is_handed_in(setup: Setup) -> None:
    nothing = setup.run(*RANGE, "--batch", "--yes", DIGEST_LLM__MAX_TOKENS_PER_RUN="1000")
    some = setup.run(*RANGE, "--batch", "--yes", DIGEST_LLM__MAX_TOKENS_PER_RUN="30000")
    rest = setup.run(*RANGE, "--batch", "--yes")

    assert nothing[0] == 1 and "the next call could exceed llm.max_tokens_per_run (1,000)" in nothing[1]
    assert some[0] == 1 and "the next call could exceed llm.max_tokens_per_run (30,000)" in some[1]
    assert 0 < (n := int(re.findall(r"submitted (\d) request", some[1])[0])) < 6
    assert f"submitted {6 - n} request" in rest[1] and f"{n} were submitted before" in rest[1]


def test_the_days_between_two_ranges_are_not_built(setup: Setup) -> None:
    for day in ("2026-01-05", "2026-01-08"):
        setup.run("--from", day, "--to", day, "--batch", "--yes")
        rounds = setup.finish()

    assert rounds[-1][0] == 0
    editions = [name for name in files(setup.folder / "site") if name.endswith(".json")]
    assert editions == ["_data/digests/2026-01-05.json", "_data/digests/2026-01-08.json"]


def test_options_say_which_days_are_collected(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()

    limit = setup.run("--collect", "--yes", "--limit", "3")
    engine = setup.run(*RANGE, "--batch", "--yes", "--engine", "dask", "--scheduler", "tcp://localhost:1")
    finish = setup.run(*RANGE, "--yes", "--finish", "online")
    setup.run("--collect", "--yes", "--to", "2026-01-06")
    before = set(setup.office.questions[6:])
    setup.run("--collect", "--yes", "--from", "2026-01-07")
    after = set(setup.office.questions[6:]) - before

    assert (limit[0], engine[0], finish[0]) == (2, 2, 2)
    assert "--limit cannot be combined with --collect" in limit[1]
    assert "leave --engine dask out" in engine[1]
    assert "--finish online requires --collect" in finish[1]
    assert {name[:8] for name in before} <= {"20260105"} and {name[:8] for name in after} <= {"20260108"}
    assert "2026-01-06.json" in " ".join(files(setup.folder / "site"))


def test_what_is_left_is_asked_online_where_that_is_wanted(setup: Setup) -> None:
    setup.office.refuses = (next(iter(setup.world.papers.values())).title,)
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all("expired")

    done = setup.run("--collect", "--finish", "online", "--yes")

    assert done[0] == 0 and "fetched 5 results, 1 failed" in done[1] and "ended as expired" in done[1]
    assert re.search(r"days? to finish online|days?, \d papers? to read \(", done[1]) or "to finish online" in done[1]
    assert len(setup.posts()) == 2 and setup.online > 0
    assert len(setup.office.batches) == 1


def test_a_month_s_limit_holds_for_batches_and_counts_them_as_what_they_came_to(setup: Setup) -> None:
    handed = setup.run(*RANGE, "--batch", "--yes", DIGEST_LLM__MAX_COST_PER_MONTH="0.2")
    full = setup.run(*RANGE, "--yes", folder="site", DIGEST_LLM__MAX_COST_PER_MONTH="0.05")
    posts = setup.posts()
    setup.office.answer_all()
    fetched = setup.run("--collect", "--yes", DIGEST_LLM__MAX_COST_PER_MONTH="1")

    assert handed[0] == 1 and "llm.max_cost_per_month ($0.2; $0.00 spent" in handed[1]
    assert re.search(r"submitted [34] requests", handed[1])
    assert "llm.max_cost_per_month ($0.05; $0.1" in full[1] and posts == []
    assert fetched[0] in {0, 4} and "fetched" in fetched[1]


def test_only_replies_to_the_questions_of_today_count_as_paid(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    setup.run("--collect", "--yes", "--to", "2026-01-04")
    setup.run(*RANGE, "--batch", "--yes")

    same = setup.run(*RANGE)
    other = setup.run(*RANGE, DIGEST_LLM__INPUT_TOKENS="900")

    assert same[0] == 2 and "6 papers to read (6 already paid for)" in same[1]
    assert other[0] == 2 and "6 papers to read: " in other[1]
