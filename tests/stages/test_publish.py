"""Publishing: real repositories, a bare one as the remote, and everything that can be in the way."""

import os
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from digest.adapters.git import without_credentials
from digest.adapters.store import Reviews
from digest.adapters.store.removals import Removals
from digest.commands import ledger
from digest.config import Config
from digest.errors import ArchiveError, PublishError
from digest.model import Exclusion, PaperId
from digest.model.corpus.reviews import Review
from digest.pipeline import post
from digest.pipeline.papers import entries
from digest.pipeline.papers.review import ReviewWriter
from digest.stages import publish
from tests.fakes import DAY, TEMPLATES, Bench, Listing, broken, paper

WHO = {"user.name": "Somebody", "user.email": "somebody@example.org"}
ENVIRON = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
POST, EDITION = "_posts/2025-11-17-daily-papers.md", "_data/2025-11-17.json"


def git(folder: Path, *words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def clone(remote: Path, folder: Path, *options: str) -> Path:
    git(remote, "clone", "--quiet", *options, f"file://{remote}", str(folder))
    for key, value in WHO.items():
        git(folder, "config", key, value)
    return folder


@dataclass
class Repos:
    """A digest in a clone, its remote, and somebody else's clone."""

    remote: Path
    here: Path
    elsewhere: Path

    def build(self, day: date = DAY, papers: int = 2) -> Bench:
        bench = Bench(
            self.here, listing=Listing(papers=tuple(paper(day.day * 100 + n, upvotes=9) for n in range(papers)))
        )
        bench.build(day, name=str(day), file=f"{day}-daily-papers.md")
        return bench

    def remove(self, *numbers: int) -> None:
        bench = Bench(self.here)
        for number in numbers:
            entries.remove(PaperId(f"2511.{number:05}"), "its author asked", bench.archive, bench.stages().render)

    def publish(self, *, push: bool = False, secrets: tuple[str, ...] = (), **environ: str) -> publish.Published:
        archive = Bench(self.here).archive
        return publish.publish(archive, {**ENVIRON, **environ}, push=push, secrets=secrets, sleep=lambda seconds: None)

    def move_the_remote(self, file: str, content: str = "moved\n") -> None:
        git(self.elsewhere, "pull", "--quiet", "--rebase")
        place = self.elsewhere / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
        git(self.elsewhere, "add", "--all")
        git(self.elsewhere, "commit", "--quiet", "--message", f"by hand: {file}")
        git(self.elsewhere, "push", "--quiet")

    def log(self, folder: Path | None = None, branch: str = "main") -> list[str]:
        return git(folder or self.remote, "log", "--format=%s", branch).splitlines()

    def committed(self) -> list[str]:
        return git(self.here, "show", "--format=", "--name-only", "HEAD").splitlines()


@pytest.fixture
def repos(tmp_path: Path) -> Repos:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    elsewhere = clone(remote, tmp_path / "elsewhere")
    git(elsewhere, "switch", "--quiet", "--create", "main")
    (elsewhere / ".gitignore").write_text(".cache/\n_site/\n")
    git(elsewhere, "add", ".gitignore")
    git(elsewhere, "commit", "--quiet", "--message", "begin")
    git(elsewhere, "push", "--quiet", "--set-upstream", "origin", "main")
    return Repos(remote, clone(remote, tmp_path / "here"), elsewhere)


def test_a_days_edition_and_post_are_committed_and_nothing_else(repos: Repos) -> None:
    repos.build()
    for other in ("_posts/2025-11-17-by-hand.md", "_posts/notes.md", "config.yaml", "_data/authors.json", "new.txt"):
        (repos.here / other).write_text("mine\n")
    (repos.here / ".cache").mkdir()
    (repos.here / ".cache" / "cache.sqlite3").write_text("cache")

    done = repos.publish()

    assert (done.files, repos.committed()) == ((EDITION, POST), [EDITION, POST])
    assert repos.log(repos.here) == ["digest: 2025-11-17 (2 papers)", "begin"]
    assert repos.log() == ["begin"]
    assert git(repos.here, "log", "-1", "--format=%an <%ae>") == "Somebody <somebody@example.org>"


def test_a_second_run_commits_and_pushes_nothing(repos: Repos) -> None:
    repos.build()
    first = repos.publish(push=True)
    before = git(repos.remote, "rev-parse", "main")

    second = repos.publish(push=True)

    assert (second.files, second.commit, second.pushed_to) == ((), first.commit, "origin main")
    assert git(repos.remote, "rev-parse", "main") == before


def test_a_day_without_papers_is_published_as_an_edition_alone(repos: Repos) -> None:
    repos.build(papers=0)

    repos.publish()

    assert (repos.committed(), repos.log(repos.here)[0]) == ([EDITION], "digest: 2025-11-17 (0 papers)")


def test_failed_papers_are_named_in_the_commit(repos: Repos) -> None:
    bench = Bench(repos.here, listing=Listing(papers=(paper(1), paper(2))))
    bench.summarizer.faults[paper(2).id] = broken()
    bench.build()

    repos.publish()

    assert repos.log(repos.here)[0] == "digest: 2025-11-17 (1 paper, 1 failed)"


def test_the_first_commit_of_a_repository_and_its_first_push_are_made_like_any_other(
    repos: Repos, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "new.git")
    repos.remote, repos.here = tmp_path / "new.git", tmp_path / "new"
    git(tmp_path, "clone", "--quiet", str(repos.remote), str(repos.here))
    for key, value in WHO.items():
        git(repos.here, "config", key, value)
    repos.build()

    done = repos.publish(push=True)

    assert (done.files, repos.log()) == ((EDITION, POST), ["digest: 2025-11-17 (2 papers)"])


def test_many_days_are_one_commit(repos: Repos) -> None:
    for number in range(3, 8):
        repos.build(date(2025, 11, number))

    done = repos.publish()

    assert (len(done.files), repos.log(repos.here)[0]) == (10, "digest: 5 editions, 2025-11-03 to 2025-11-07")


def test_a_post_that_somebody_edited_is_left_to_them_and_named(repos: Repos) -> None:
    repos.build()
    repos.publish()
    (repos.here / POST).write_text("edited\n")

    done = repos.publish()

    assert (done.files, done.left) == ((), (f"{POST}: edited by hand; commit it yourself",))


def test_staged_changes_of_others_are_refused_and_stay_staged(repos: Repos) -> None:
    repos.build()
    (repos.here / "config.yaml").write_text("language: en\n")
    git(repos.here, "add", "config.yaml")

    with pytest.raises(PublishError) as refused:
        repos.publish()

    assert str(refused.value) == ("other changes are staged: config.yaml — commit them, or git restore --staged them")
    assert (git(repos.here, "diff", "--cached", "--name-only"), repos.log(repos.here)) == ("config.yaml", ["begin"])


def test_our_own_files_may_be_staged_already(repos: Repos) -> None:
    repos.build()
    git(repos.here, "add", "_posts")

    assert repos.publish().files == (EDITION, POST)


def test_when_the_remote_moved_our_commit_goes_on_top_of_it_and_edits_stay(repos: Repos) -> None:
    repos.build()
    repos.move_the_remote("about.md")
    (repos.here / ".gitignore").write_text(".cache/\n_site/\nmine/\n")

    done = repos.publish(push=True)

    assert repos.log() == ["digest: 2025-11-17 (2 papers)", "by hand: about.md", "begin"]
    assert done.commit == git(repos.remote, "rev-parse", "--short", "main")
    assert git(repos.here, "status", "--porcelain") == "M .gitignore"


def test_edits_that_clash_with_what_the_remote_brought_are_kept_aside_and_named(repos: Repos) -> None:
    repos.build()
    repos.move_the_remote(".gitignore", "theirs\n")
    (repos.here / ".gitignore").write_text("mine\n")

    done = repos.publish(push=True)

    assert repos.log()[0] == "digest: 2025-11-17 (2 papers)"
    assert done.left == ("your own changes conflict with the remote; git stash has them",)
    assert git(repos.here, "show", "stash:.gitignore") == "mine"


def test_a_shallow_clone_as_on_actions_can_rebase_too(repos: Repos, tmp_path: Path) -> None:
    repos.move_the_remote("one.md")
    repos.here = clone(repos.remote, tmp_path / "shallow", "--depth=1")
    repos.move_the_remote("two.md")
    repos.build()

    repos.publish(push=True)

    assert repos.log() == ["digest: 2025-11-17 (2 papers)", "by hand: two.md", "by hand: one.md", "begin"]


def test_the_same_day_published_elsewhere_in_the_same_bytes_is_no_conflict(repos: Repos) -> None:
    bench = repos.build()
    for file, content in bench.files().items():
        if file.startswith(("_posts", "_data")):
            repos.move_the_remote(file, content.decode())

    repos.publish(push=True)

    assert repos.log()[0].startswith("by hand: ")
    assert git(repos.here, "status", "--porcelain") == ""


def test_another_version_of_the_same_post_is_never_overwritten(repos: Repos) -> None:
    repos.build()
    repos.move_the_remote(POST, "written elsewhere\n")
    before = git(repos.remote, "rev-parse", "main")

    with pytest.raises(PublishError) as refused:
        repos.publish(push=True)

    assert str(refused.value) == (
        f"committed, but not pushed to file://{repos.remote}: conflicting versions of {POST} "
        "— run git pull --rebase, resolve the conflict, then rerun digest publish --push"
    )
    assert git(repos.remote, "rev-parse", "main") == before
    assert repos.log(repos.here)[0] == "digest: 2025-11-17 (2 papers)"
    assert git(repos.here, "status", "--porcelain") == ""


def test_a_remote_that_moves_every_time_is_given_up_after_a_few_tries(repos: Repos) -> None:
    repos.build()
    hook = repos.here / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    tree = git(repos.remote, "rev-parse", "main^{tree}")
    hook.write_text(
        "#!/bin/sh\nunset GIT_DIR GIT_INDEX_FILE\n"
        "export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x\n"
        f"cd {repos.remote} && "
        f"git update-ref refs/heads/main $(git commit-tree -p main -m moved {tree})\n"
    )
    hook.chmod(0o755)

    with pytest.raises(PublishError, match="main changed 5 times while pushing"):
        repos.publish(push=True)

    assert repos.log() == ["moved"] * 5 + ["begin"]


def test_a_commit_that_could_not_be_pushed_is_pushed_by_the_next_run(repos: Repos) -> None:
    repos.build()
    away = repos.remote.rename(repos.remote.with_name("away"))
    with pytest.raises(PublishError, match="committed, but not pushed to file://"):
        repos.publish(push=True)
    away.rename(repos.remote)

    done = repos.publish(push=True)

    assert (done.files, repos.log()[0]) == ((), "digest: 2025-11-17 (2 papers)")


def test_a_refused_push_shows_no_password(repos: Repos) -> None:
    repos.build()
    git(repos.here, "remote", "set-url", "origin", "http://robot:s3cret-token@127.0.0.1:9/digest.git")

    with pytest.raises(PublishError) as refused:
        repos.publish(push=True)

    assert str(refused.value).startswith("committed, but not pushed to http://127.0.0.1:9/digest.git: git push failed")
    assert "s3cret" not in str(refused.value) and "robot" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("'https://me:tok@h.example:9/x.git/': no", "'https://h.example:9/x.git/': no"),
        ("https://tok@h.example/x.git?token=S#T, and more", "https://h.example/x.git and more"),
        ("https://me:a/b@h.example/x.git", "https://h.example/x.git"),
        ("https://h.example:443/@me/x.git", "https://h.example:443/@me/x.git"),
        ("git@h.example:me/x.git is left", "git@h.example:me/x.git is left"),
    ],
)
def test_no_credentials_of_an_address_are_shown(said: str, shown: str) -> None:
    assert without_credentials(said) == shown


def test_a_branch_that_goes_to_an_address_shows_no_password_of_it(repos: Repos) -> None:
    repos.build()
    git(repos.here, "config", "branch.main.remote", "http://robot:s3cret-token@127.0.0.1:9/digest.git?key=s3cret")
    git(repos.here, "config", "branch.main.merge", "refs/heads/main")

    with pytest.raises(PublishError, match=r"not pushed to http://127.0.0.1:9/digest.git: ") as refused:
        repos.publish(push=True)

    assert "s3cret" not in str(refused.value)


def test_a_protected_branch_is_one_line_and_is_not_tried_again(repos: Repos) -> None:
    repos.build()
    hook = repos.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(PublishError, match=r"not pushed to .*: git push failed: .+"):
        repos.publish(push=True)


@pytest.mark.parametrize(
    ("said", "reason", "way_out"),
    [
        (
            ["error: GH006: Protected branch update failed for refs/heads/main.", "", "- Changes must be reviewed."],
            "GH006: Protected branch update failed for refs/heads/main. Changes must be reviewed.",
            "let this account push to the branch (GitHub: Settings → Rules and Branches), or remove the protection",
        ),
        (
            ["error: (rejected) non-fast-forward: fetch first our rules"],
            "(rejected) non-fast-forward: fetch first our rules",
            "rerun to retry",
        ),
        (
            ["refusing to allow an OAuth App to update workflow `n.yml` without `workflow` scope"],
            "refusing to allow an OAuth App to update workflow `n.yml` without `workflow` scope",
            "give the token the scope `workflow`",
        ),
        (
            ["Permission to me/papers.git denied to github-actions[bot]."],
            "Permission to me/papers.git denied to github-actions[bot].",
            "give the key or token write access (a workflow: permissions, contents: write)",
        ),
    ],
)  # fmt: skip
def test_a_refused_push_says_the_remotes_own_reason_and_what_to_do(
    repos: Repos, said: list[str], reason: str, way_out: str
) -> None:
    hook = repos.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ncat >&2 <<'X'\n" + "\n".join(said) + "\nX\nexit 1\n")
    hook.chmod(0o755)
    repos.build()

    with pytest.raises(PublishError) as refused:
        repos.publish(push=True)

    assert str(refused.value) == (
        f"committed, but not pushed to file://{repos.remote}: git push failed: "
        f"! [remote rejected] HEAD -> main (pre-receive hook declined): {reason} — {way_out}"
    )


def test_without_a_name_nothing_is_committed(repos: Repos) -> None:
    repos.build()
    for key in WHO:
        git(repos.here, "config", "--unset", key)

    with pytest.raises(PublishError) as refused:
        repos.publish()

    assert str(refused.value) == (
        'git user.name or user.email is not set — git config user.name "My Name" '
        "and git config user.email me@example.org"
    )
    who = {f"GIT_{who}_{part}": "x@y" for who in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    assert repos.publish(**who)


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    repos = Repos(tmp_path, tmp_path, tmp_path)
    repos.build()

    with pytest.raises(PublishError) as refused:
        repos.publish(GIT_CEILING_DIRECTORIES=str(tmp_path.parent))

    assert str(refused.value) == f"{tmp_path / '_posts'} is not in a git repository — run git init, or clone one"


def test_without_git_it_says_so(repos: Repos) -> None:
    repos.build()

    with pytest.raises(PublishError) as refused:
        repos.publish(PATH="/nowhere")

    assert str(refused.value) == "git is not installed — install git"


def test_without_a_remote_only_the_push_is_refused_and_before_anything_is_committed(repos: Repos) -> None:
    repos.build()
    git(repos.here, "remote", "remove", "origin")

    with pytest.raises(PublishError) as refused:
        repos.publish(push=True)

    assert str(refused.value) == "the repository has no remote to push to — git remote add origin URL"
    assert (repos.log(repos.here), repos.publish().files) == (["begin"], (EDITION, POST))


def test_without_a_branch_there_is_nothing_to_push(repos: Repos) -> None:
    repos.build()
    git(repos.here, "switch", "--quiet", "--detach")

    with pytest.raises(PublishError, match="no branch is checked out"):
        repos.publish(push=True)


def test_in_the_middle_of_a_merge_nothing_is_touched(repos: Repos) -> None:
    repos.build()
    (repos.here / ".git" / "MERGE_HEAD").write_text(git(repos.here, "rev-parse", "HEAD"))

    with pytest.raises(PublishError, match="a merge or rebase is in progress"):
        repos.publish()


@pytest.mark.parametrize("rule", ["_data/", "/_posts/*.md", "_data/*.json"])
def test_an_ignored_archive_is_an_error_instead_of_never_published(repos: Repos, rule: str) -> None:
    repos.build()
    (repos.here / ".git" / "info").mkdir(exist_ok=True)
    (repos.here / ".git" / "info" / "exclude").write_text(f"{rule}\n")

    with pytest.raises(PublishError, match="is ignored by git, so it would never be published"):
        repos.publish()


def test_a_key_in_a_post_is_never_published(repos: Repos) -> None:
    key = "sk-marked-0123456789abcdef"
    bench = Bench(repos.here, listing=Listing(papers=(paper(1, title=f"On {key}"),)))
    bench.build()

    with pytest.raises(PublishError) as refused:
        repos.publish(secrets=("ollama", key))

    assert (
        str(refused.value)
        == f"{EDITION} contains one of your secrets; nothing was committed — remove it, and replace the key"
    )
    assert repos.log(repos.here) == ["begin"]


def test_a_broken_edition_is_not_published(repos: Repos) -> None:
    repos.build()
    (repos.here / EDITION).write_text("{")

    with pytest.raises(ArchiveError, match="not a valid edition"):
        repos.publish()


def test_a_name_that_is_a_pattern_to_git_is_just_a_name(repos: Repos) -> None:
    bench = Bench(repos.here, listing=Listing(papers=(paper(1),)))
    bench.build(name="2025-11-17-papers-[a]*", file="2025-11-17-papers-[a]*.md")
    (repos.here / "_posts" / "2025-11-17-papers-a.md").write_text("mine\n")

    assert repos.publish().files == ("_data/2025-11-17-papers-[a]*.json", "_posts/2025-11-17-papers-[a]*.md")


def test_a_symbolic_link_in_the_archive_is_not_followed(repos: Repos) -> None:
    repos.build()
    (repos.here / "_data" / "2025-11-18.json").symlink_to(repos.here / EDITION)

    assert repos.publish().files == (EDITION, POST)


def test_the_ledger_names_every_paper_with_its_outcome_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    bench = Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2, title="A | b <b>[x](y)</b>\n# `c` @me"))))
    bench.summarizer.faults[paper(2).id] = broken("no | JSON")
    edition = bench.build().edition
    edition = msgspec.structs.replace(edition, exclusions=(Exclusion(paper=paper(3), rule="limit", detail="6"),))

    assert ledger.render(edition, {}).splitlines() == [
        "### 2025-11-17: 1 published, 1 failed, 1 left out",
        "",
        "| paper | outcome | why |",
        "| --- | --- | --- |",
        "| [Paper 1](https://arxiv.org/abs/2511.00001) | published | from html |",
        "| [A &#124; b &#60;b&#62;&#91;x&#93;&#40;y&#41;&#60;/b&#62; &#35; &#96;c&#96; &#64;me]"
        "(https://arxiv.org/abs/2511.00002) | **failed** | summarize&#58; no &#124; JSON |",
        "| [Paper 3](https://arxiv.org/abs/2511.00003) | left out | limit 6 |",
        "",
        "1 model call, 110 tokens, $0.5000",
    ]


def test_the_ledger_of_an_empty_day_says_why_it_is_empty(tmp_path: Path) -> None:
    edition = Bench(tmp_path).build().edition

    assert ledger.render(edition, {}) == (
        "### 2025-11-17: 0 published, 0 failed, 0 left out\n\nNo papers listed (normal on weekends and holidays).\n"
    )


def test_the_review_of_a_week_and_its_post_are_committed_and_an_edited_post_is_not(repos: Repos) -> None:
    repos.build()
    bench = Bench(repos.here)
    config = Config.model_validate({"post": {"weeks": True}})
    render = post.review_renderer(config, TEMPLATES)
    writer = ReviewWriter(bench.archive, config, render, bench.events.append, DAY + timedelta(days=7))
    writer.write("2025-W47")
    done = repos.publish()

    kept, written = "_data/_reviews/2025-W47.json", "_posts/2025-11-23-daily-papers-week.md"
    assert done.files == (EDITION, kept, POST, written)
    (repos.here / written).write_text("edited\n")
    again = repos.publish()
    assert (again.files, again.left) == ((), (f"{written}: edited by hand; commit it yourself",))


REMOVALS = "_data/removed.txt"


def test_a_removed_paper_is_public_no_more_also_where_it_was_the_last_of_its_day(repos: Repos) -> None:
    repos.build()
    repos.publish()
    repos.remove(1700)
    one = repos.publish()
    repos.remove(1701)
    (repos.here / "_posts").rmdir()  # as a rebase does with empty folders
    other = repos.publish(push=True)

    assert (one.files, other.files) == ((EDITION, REMOVALS, POST), (EDITION, REMOVALS, POST))
    assert git(repos.here, "status", "--porcelain") == ""
    assert git(repos.remote, "ls-tree", "-r", "--name-only", "main").splitlines() == [".gitignore", EDITION, REMOVALS]
    assert repos.publish().files == ()


@pytest.mark.parametrize("staged", [False, True])
def test_a_post_without_papers_that_was_left_behind_by_an_earlier_commit_goes_too(repos: Repos, staged: bool) -> None:
    repos.build(papers=1)
    repos.publish()
    repos.remove(1700)
    git(repos.here, "commit", "--quiet", "--message", "edition alone", "--", EDITION)
    if staged:
        git(repos.here, "rm", "--quiet", POST)

    done = repos.publish()

    assert (done.files, done.left) == ((REMOVALS, POST), ())
    assert git(repos.here, "status", "--porcelain") == ""


def test_an_edited_post_of_which_nothing_is_left_goes_too(repos: Repos) -> None:
    repos.build(papers=1)
    (repos.here / POST).write_text((repos.here / POST).read_text().replace("# [", "# [Edited ", 1))
    git(repos.here, "add", "_posts", "_data")
    git(repos.here, "commit", "--quiet", "--message", "edited")

    repos.remove(1700)

    assert repos.publish().files == (EDITION, REMOVALS, POST)


def test_posts_that_somebody_else_deleted_are_left_to_them(repos: Repos) -> None:
    repos.build()
    theirs = "_posts/2025-11-17-thoughts.md"
    (repos.here / theirs).write_text("on 2511.01700\n")
    git(repos.here, "add", theirs)
    git(repos.here, "commit", "--quiet", "--message", "thoughts")
    repos.build(date(2025, 11, 18))
    repos.publish()
    repos.remove(1700, 1701)
    for file in (theirs, "_posts/2025-11-18-daily-papers.md"):
        (repos.here / file).unlink()

    done = repos.publish()

    assert (done.files, done.left) == (
        (EDITION, REMOVALS, POST),
        (
            f"{theirs}: not written by digest",
            "_posts/2025-11-18-daily-papers.md: deleted by hand; commit it yourself",
        ),
    )


def test_removals_alone_are_published_and_so_that_a_clone_has_them(repos: Repos, tmp_path: Path) -> None:
    Removals(repos.here / "_data").add({PaperId("2511.00009"): "its author asked"})

    done = repos.publish(push=True)

    assert (done.files, repos.log()[0]) == ((REMOVALS,), "digest: removed papers")
    again = Bench(clone(repos.remote, tmp_path / "again")).archive
    assert again.removed() == {PaperId("2511.00009"): "its author asked"}


def test_removals_that_were_merged_badly_are_not_published(repos: Repos) -> None:
    repos.build()
    (repos.here / REMOVALS).write_text("<<<<<<< HEAD\n")

    with pytest.raises(ArchiveError, match=r"removed\.txt: line 1 does not begin with the ID of a paper"):
        repos.publish()


@pytest.mark.parametrize("rule", ["*.txt", "_reviews/", "_data/_reviews/*.json"])
def test_whatever_a_clone_would_lack_is_an_error_where_git_ignores_it(repos: Repos, rule: str) -> None:
    repos.build()
    Removals(repos.here / "_data").add({PaperId("2511.00009"): "its author asked"})
    Reviews(repos.here / "_data").save(Review(name="2025-W47", language="ko"))
    (repos.here / ".git" / "info").mkdir(exist_ok=True)
    (repos.here / ".git" / "info" / "exclude").write_text(f"{rule}\n")

    with pytest.raises(PublishError, match="is ignored by git, so it would never be published"):
        repos.publish()


def test_a_lock_that_a_git_left_behind_is_named_with_the_way_out(repos: Repos) -> None:
    repos.build()
    lock = repos.here / ".git" / "index.lock"
    lock.touch()

    with pytest.raises(PublishError) as refused:
        repos.publish()

    assert refused.value.hint == f"wait until the other git has ended; if none is running, delete {lock}"
