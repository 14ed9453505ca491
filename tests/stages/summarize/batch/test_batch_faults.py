"""What a Batch API may do: each case is said in a line, nothing is lost, and nothing bought that nobody asked for."""

import json
import time
from dataclasses import replace

import pytest

from digest.adapters.http import Deadline
from digest.commands.demo.server import NOT_FOUND, Response, serve
from digest.stages.summarize.client import http as wire
from tests.runs import files
from tests.stages.summarize.batch.office import RANGE, Setup

FAILED = {"data": [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached for played"}]}


def test_a_request_that_failed_is_handed_in_again(setup: Setup) -> None:
    setup.office.refuses = (next(iter(setup.world.papers.values())).title,)
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all("expired")

    first = setup.run("--collect", "--yes")
    setup.office.refuses = ()
    rounds = setup.finish()

    assert first[0] == 0 and "fetched 5 results, 1 failed" in first[1]
    assert "a batch request failed" in first[1] and "we failed" in first[1] and "ended as expired" in first[1]
    assert "submitted 1 further request (batch_1) that had no usable reply" in first[1] or "batch_2" in first[1]
    assert rounds[-1][0] == 0 and len(setup.posts()) == 2 and setup.online == 0


def test_a_request_that_fails_twice_is_one_skip(setup: Setup) -> None:
    setup.office.refuses = (next(iter(setup.world.papers.values())).title,)
    setup.run(*RANGE, "--batch", "--yes")
    rounds = setup.finish()

    assert rounds[-1][0] == 4 and "failed in 2 batches" in rounds[-1][1]
    assert len(setup.posts()) == 2 and setup.online == 0


def test_nobody_pays_twice_without_being_asked(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    del setup.office.files[setup.office.batches[0]["output_file_id"]]

    asked = setup.run("--collect")
    agreed = setup.run("--collect", "--yes")
    rounds = setup.finish()

    assert asked[0] == 4 and "is gone (files are kept for 30 days)" in asked[1]
    assert "6 requests without a usable reply, at most $0." in asked[1]
    assert "rerun with --yes to submit them again, or with --finish online" in asked[1]
    assert agreed[0] == 0 and "submitted 6 further requests (batch_1) that had no usable reply" in agreed[1]
    assert rounds[-1][0] == 0 and len(setup.posts()) == 2 and setup.online == 0


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired"])
def test_a_batch_that_came_to_nothing_is_handed_in_again(setup: Setup, status: str) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[0] |= {"status": status, "errors": FAILED if status == "failed" else None}

    again = setup.run("--collect", "--yes")
    rounds = setup.finish()

    assert again[0] == 0 and f"batch_0 ended as {status}" in again[1]
    assert "6 of 6 requests not answered" in again[1]
    assert ("Enqueued token limit reached" in again[1]) == (status == "failed")
    assert rounds[-1][0] == 0 and len(setup.posts()) == 2 and setup.online == 0


def test_a_completed_batch_without_results_is_handed_in_again(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[0]["status"] = "completed"

    again = setup.run(*RANGE, "--batch", "--yes")

    assert again[0] == 0 and "batch_0: 6 of 6 requests not answered" in again[1]
    assert "submitted 6 requests (batch_1)" in again[1]


def test_lines_that_are_no_reply_cost_their_questions_alone(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    name, lines = setup.office.batches[0]["output_file_id"], setup.office.results()
    foreign = lines[4].replace(b'{"custom_id": "20260108', b'{"custom_id": "20250108').replace(b".260", b".250")
    other = json.loads(lines[4]) | {"custom_id": "20260105.2601.10001." + "A" * 43}
    setup.office.files[name] = b"\n".join(
        [b'{"custom_id": 5', b"[]", b"\xff\xfe", *lines[3:], lines[3], json.dumps(other).encode(), foreign[:200]]
    )

    done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "fetched 3 results, 4 failed; 3 calls" in done[1]
    assert "a batch result cannot be read" in done[1] and "1 result of other requests ignored" in done[1]
    assert "batch_0: 3 of 6 requests not answered" in done[1]


def test_an_answer_that_breaks_off_is_read_again(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    setup.office.fails = {"GET /v1/files/": Response(500, b"{}")}
    broken = setup.run("--collect", "--yes")
    setup.office.fails = {}
    rounds = setup.finish()

    assert broken[0] == 0 and "batch_0: model server" in broken[1] and "answered 500" in broken[1]
    assert len(set(setup.office.questions)) == len(setup.office.questions)
    assert "fetched 6 results" in rounds[0][1] and len(setup.posts()) == 2


def test_a_list_that_fails_is_one_line_and_nothing_is_lost(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    setup.office.fails = {"GET /v1/batches": Response(500, b"{}")}
    failed = setup.run("--collect", "--yes")
    setup.office.fails = {"GET /v1/batches": Response(401, b"{}")}
    refused = setup.run("--collect", "--yes")
    setup.office.fails = {}

    assert failed[0] == 1 and "answered 500" in failed[1] and "rerun the command" in failed[1]
    assert refused[0] == 1 and "check OPENAI_API_KEY and the account's credit" in refused[1]
    assert "fetched 6 results" in setup.run("--collect", "--yes")[1]


def test_an_upload_or_a_batch_that_is_refused_is_one_line_and_can_be_repeated(setup: Setup) -> None:
    setup.office.fails = {"POST /v1/files": Response(429, b'{"error": {"message": "quota exceeded"}}')}
    quota = setup.run(*RANGE, "--batch", "--yes")
    setup.office.fails = {"POST /v1/batches": Response(500, b"{}")}
    refused = setup.run(*RANGE, "--batch", "--yes")
    setup.office.fails = {}
    fine = setup.run(*RANGE, "--batch", "--yes")

    assert quota[0] == 1 and "nothing new to submit" in quota[1] and "quota exceeded" in quota[1]
    assert refused[0] == 1 and "answered 500" in refused[1] and "rerun the command" in refused[1]
    assert fine[0] == 0 and "submitted 6 requests (batch_0)" in fine[1]
    assert len(setup.office.batches) == 1


def test_a_batch_that_was_made_although_the_answer_is_an_error_is_found(setup: Setup) -> None:
    setup.office.drops = True

    handed = setup.run(*RANGE, "--batch", "--yes")

    assert handed[0] == 0 and "submitted 6 requests (batch_0)" in handed[1]
    assert len(setup.office.batches) == 1


def test_a_batch_of_another_site_under_the_same_key_is_left_alone(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", folder="other")

    mine = setup.run("--collect", "--yes")
    handed = setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[0]["status"], setup.office.batches[1]["status"] = "failed", "in_progress"
    again = setup.run("--collect", "--yes")

    assert mine == (
        0,
        "fetched 0 results; 0 calls, 0 tokens; nothing left to build (1 batch of other sites left alone)\n",
    )
    assert "submitted 6 requests (batch_1)" in handed[1]
    assert "batch_0" not in again[1] and "batch_1 ended as failed" in again[1]


def test_a_key_that_does_not_see_a_batch_is_named_and_nothing_is_bought(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    hidden, setup.office.batches[:] = list(setup.office.batches), []

    done = setup.run("--collect", "--yes")
    again = setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[:] = hidden
    rounds = setup.finish()

    assert done[0] == 0 and "batch_0: not listed by model server" in done[1]
    assert "is the key that of the project that submitted it?" in done[1]
    assert "nothing new to submit; 6 were submitted before" in again[1]
    assert rounds[-1][0] == 0 and len(setup.posts()) == 2


def test_a_batch_that_never_ends_is_given_up_after_three_days(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[0] |= {"status": "cancelling", "created_at": time.time() - 4 * 86_400}

    done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "batch_0: still cancelling after 3 days, not waited for any longer" in done[1]
    assert "submitted 6 further requests (batch_1) that had no usable reply" in done[1]


def test_settings_that_changed_are_named_with_the_price_of_building_anew(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    changed = {"DIGEST_LLM__INPUT_TOKENS": "900"}

    done = setup.run("--collect", "--yes", **changed)
    back = setup.finish()

    assert done[0] == 4 and "llm.input_tokens was 24000, is 900" in done[1]
    assert "`digest backfill --from 2026-01-05 --to 2026-01-08`, at half that price with --batch" in done[1]
    assert (setup.online, len(setup.posts())) == (0, 2)
    assert back[-1][0] == 0 and "fetched 6 results" in done[1]


def test_days_are_built_at_the_limit_that_they_were_submitted_with(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", "--limit", "2")
    rounds = setup.finish()
    built = files(setup.folder / "site")
    setup.run(*RANGE, "--yes", "--limit", "2", folder="online")
    wider = setup.run(*RANGE, "--batch", "--yes")

    assert rounds[-1][0] == 0 and setup.posts() != []
    assert [name for name in built if name.endswith(".md")] == sorted(
        name for name in files(setup.folder / "online") if name.endswith(".md")
    )
    assert all(len(json.loads(built[name])["entries"]) == 2 for name in built if "01-05.json" in name)
    assert "nothing to submit" in wider[1]


def test_a_list_that_has_other_papers_by_now_buys_none_of_them(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes", "--limit", "2")
    handed = {name.split(".", 1)[1][:10] for name in setup.office.questions}
    for paper_id, paper in setup.world.papers.items():
        if paper_id not in handed:
            setup.world.papers[paper_id] = replace(paper, upvotes=1000)
    rounds = setup.finish()

    asked = {name.split(".", 1)[1][:10] for name in setup.office.questions}
    assert rounds[-1][0] == 0 and asked == handed and setup.online == 0


def test_a_day_whose_post_was_edited_by_hand_costs_that_day_alone(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.finish()
    post = setup.folder / "site" / setup.posts()[0]
    post.write_text(post.read_text() + "\nMine.\n")

    again = setup.run("--collect", "--yes")

    assert again[0] == 0 and post.read_text().endswith("Mine.\n")


def test_days_that_were_built_otherwise_meanwhile_need_nothing_any_more(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.run(*RANGE, "--yes")
    before = files(setup.folder / "site")
    setup.office.answer_all()

    done = setup.run("--collect", "--yes")

    assert done[0] == 0 and "fetched 6 results" in done[1] and "nothing left to build" in done[1]
    assert files(setup.folder / "site") == before and len(setup.office.batches) == 1


def test_a_file_that_is_too_large_for_the_server_is_handed_in_in_parts(setup: Setup) -> None:
    office = setup.office

    def small(request):  # type: ignore[no-untyped-def]
        too_large = request.path == "/v1/files" and request.body.count(b"custom_id") > 2
        return Response(413, b"{}") if too_large else office(request)

    setup.world.on = small

    handed = setup.run(*RANGE, "--batch", "--yes")

    assert handed[0] == 0 and "submitted 6 requests (batch_0, batch_1, batch_2, batch_3)" in handed[1]
    assert len(set(setup.office.questions)) == 6


def test_results_of_a_missing_route_are_not_mistaken_for_a_missing_batch(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.answer_all()
    setup.office.fails = {"GET /v1/batches": NOT_FOUND}

    assert setup.run("--collect", "--yes")[0] == 1


def test_too_many_tokens_at_once_make_the_next_batches_smaller(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")
    setup.office.batches[0] |= {"status": "failed", "errors": FAILED}

    again = setup.run(*RANGE, "--batch", "--yes")

    assert again[0] == 0 and "batch_0: from now on 3 requests a batch at most" in again[1]
    assert "submitted 6 requests (batch_1, batch_2)" in again[1]


def test_an_online_run_says_what_waits_for_a_batch(setup: Setup) -> None:
    setup.run(*RANGE, "--batch", "--yes")

    assert "; 6 of them wait for a batch, see --collect" in setup.run(*RANGE)[1]


def test_results_of_many_requests_are_read_whole_and_a_completion_as_large_is_cut() -> None:
    body = b"".join(b'{"custom_id": "%d"}\n' % number for number in range(40_000))
    with serve(lambda _: Response(200, body)) as url, wire.client(30, 1000, Deadline()) as client:
        sizes = [len(client.get(f"{url}/v1{path}").content) for path in ("/files/f/content", "/files", "/completions")]

    assert sizes[0] == len(body)
    assert max(sizes[1:]) < len(body)
