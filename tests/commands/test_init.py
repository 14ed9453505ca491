"""A digest of one's own: what is laid down, what is left alone, and a Jekyll blog that a digest moves into."""

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from digest import config, posts
from digest.commands.init import jekyll, renewal, scaffold
from digest.errors import ArchiveError, ConfigError
from requirements.compare import pinned
from tests.actions import ROOT, git, load
from tests.runs import Forker
from tests.samples import expected, visible

SOURCE = "daily-paper-digest @ git+https://github.com/me/digest@abc"
SOURCELESS = "add the source of this program to requirements-digest.txt (see the comment there)"
STOCK = (
    "title: 나의 블로그\nemail: me@example.org\nurl: https://me.github.io\nbaseurl: /blog\ntheme: minima\n"
    "timezone: Asia/Tokyo\nauthor: {name: Kim}\npermalink: pretty\nplugins: [jekyll-feed, jekyll-seo-tag]\n"
    "defaults: [{scope: {path: '', type: posts}, values: {layout: post, categories: [papers]}}]\n"
    "exclude: [vendor, requirements.txt]\n"
)


def run(forker: Forker, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return forker.output(folder, *words, environ=os.environ)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def a_blog(folder: Path, settings: str = STOCK) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "_config.yml").write_text(settings)
    return folder


def test_a_new_digest_has_its_files_and_its_settings_are_valid(tmp_path: Path, forker: Forker) -> None:
    done = run(forker, tmp_path, "init", "mine")

    mine = tmp_path / "mine"
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(files(mine)) == [
        ".gitattributes", ".github/workflows/nightly.yml", ".gitignore", "README.md", "_data/digests/.gitkeep",
        "_posts/.gitkeep",
        "config.schema.json", "config.yaml", "requirements-digest.txt", "requirements.txt", "templates/README.md",
    ]  # fmt: skip
    defaults = config.Config()
    assert config.load(mine / "config.yaml", {}).model_copy(update={"paths": defaults.paths}) == defaults
    assert ".cache/\n_site/\n" in (mine / ".gitignore").read_text()


def test_a_digest_is_never_begun_over_another_and_nothing_is_written_then(tmp_path: Path, forker: Forker) -> None:
    (tmp_path / "config.yaml").write_text("language: en\n")

    done = run(forker, tmp_path, "init")

    assert (done.returncode, done.stderr) == (
        1, "digest: . already contains config.yaml; nothing was written — choose an empty folder\n",
    )  # fmt: skip
    assert files(tmp_path) == {"config.yaml": b"language: en\n"}


def test_a_readme_and_a_gitignore_that_are_there_are_kept(tmp_path: Path) -> None:
    for name in ("README.md", ".gitignore"):
        (tmp_path / name).write_text("mine\n")

    begun = scaffold.scaffold(tmp_path, SOURCE)

    assert begun.kept == ("README.md", ".gitignore")
    assert begun.advice == ("run digest doctor", "add to .gitignore: .cache/ and _site/")
    assert (tmp_path / "README.md").read_text() == (tmp_path / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, ""),
        ({}, "daily-paper-digest==1.2"),
        (
            {"url": "https://github.com/me/digest", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "daily-paper-digest @ git+https://github.com/me/digest@abc",
        ),
        ({"url": "https://github.com/me/digest", "vcs_info": {"vcs": "git"}}, ""),
        (
            {"url": "https://me.org/digest-1.whl", "archive_info": {"hashes": {"sha256": "12ab"}}},
            "daily-paper-digest @ https://me.org/digest-1.whl#sha256=12ab",
        ),
        (
            {"url": "https://me.org/digest-1.whl", "archive_info": {}},
            "daily-paper-digest @ https://me.org/digest-1.whl",
        ),
        ({"url": "file:///home/me/digest", "dir_info": {"editable": True}}, ""),
        ({"url": "https://me:token@github.com/me/digest", "vcs_info": {"commit_id": "abc"}}, ""),
    ],
)
def test_a_new_digest_names_where_this_one_came_from_and_never_a_folder_or_a_password(
    origin: Mapping[str, object] | None, requirement: str
) -> None:
    assert scaffold.requirement_line(origin, "1.2") == requirement


def test_where_that_is_unknown_no_other_package_of_this_name_is_installed(tmp_path: Path) -> None:
    begun = scaffold.scaffold(tmp_path, "")

    lines = (tmp_path / "requirements-digest.txt").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []
    assert SOURCELESS in begun.advice


def test_a_new_digest_pins_the_libraries_and_the_build_backend_that_its_digest_was_tested_with(tmp_path: Path) -> None:
    scaffold.scaffold(tmp_path, SOURCE)

    lock = (tmp_path / "requirements.txt").read_text()
    of_ours = [(ROOT / "requirements" / name).read_text() for name in ("notify.txt", "cards.txt", "build.txt")]
    assert {str(one) for one in pinned(lock)} == {str(one) for text in of_ours for one in pinned(text)}
    assert len(pinned(lock)) == len({str(one) for one in pinned(lock)}) <= lock.count("--hash=sha256:")
    assert (tmp_path / "requirements-digest.txt").read_text().splitlines()[-1] == SOURCE


def test_a_blogs_settings_are_taken_over_and_what_it_lacks_is_reported(tmp_path: Path, forker: Forker) -> None:
    here = a_blog(tmp_path / "blog")

    known = scaffold.requirement_line(scaffold.origin(), "1")

    done = run(forker, tmp_path, "init", "--into", "blog")

    assert done.stdout.splitlines() == [
        "wrote blog/config.yaml",
        "wrote blog/requirements.txt",
        "wrote blog/requirements-digest.txt",
        "wrote blog/.github/workflows/nightly.yml",
        "wrote blog/config.schema.json",
        "to do: add to `exclude:` in _config.yml, or Jekyll publishes them: config.yaml, config.schema.json, "
        "requirements-digest.txt",
        "to do: add to .gitignore: .cache/",
        *([] if known else [f"to do: {SOURCELESS}"]),
    ]  # fmt: skip
    settings = config.load(here / "config.yaml", {})
    assert (settings.timezone, settings.language, settings.post.categories) == ("Asia/Tokyo", "ko", ("papers",))
    assert (settings.site.title, settings.site.author) == ("나의 블로그", "Kim")
    assert (settings.site.url, settings.site.permalink) == (
        "https://me.github.io/blog", "/:categories/:year/:month/:day/:title/",
    )  # fmt: skip
    assert (settings.paths.posts, settings.paths.data) == (here / "_posts", here / "_data" / "digests")
    assert (here / "_config.yml").read_text() == STOCK


def test_moving_in_shows_what_the_command_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "moving-in.md").read_text("utf-8")
    shown = re.search(r"\$ digest init --into ~/blog\n(.*?)```", guide, re.DOTALL)
    begun = scaffold.scaffold_into(jekyll.read(a_blog(tmp_path, "title: x\n")), SOURCE)

    said = [f"wrote ~/blog/{file}" for file in begun.files] + [f"to do: {one}" for one in begun.advice]

    assert shown is not None and shown[1].splitlines() == said


def test_a_blog_gets_a_workflow_that_ends_with_the_blogs_own_build(tmp_path: Path) -> None:
    here = a_blog(tmp_path)
    scaffold.scaffold_into(jekyll.read(here), SOURCE)

    jobs = load(here / scaffold.WORKFLOW)["jobs"]

    assert list(jobs) == ["build", "publish", "awake", "blog"]
    assert jobs["blog"]["steps"][0]["run"] == 'gh api --silent --method POST "repos/$GITHUB_REPOSITORY/pages/builds"'
    assert jobs["blog"]["permissions"] == {"pages": "write"}


def test_a_blog_with_a_workflow_of_its_own_has_that_one_started(tmp_path: Path) -> None:
    here = a_blog(tmp_path)
    (here / ".github" / "workflows").mkdir(parents=True)
    own = here / ".github" / "workflows" / "pages.yml"
    own.write_text("on: push\njobs: {d: {steps: [{uses: actions/deploy-pages@v4}]}}\n")

    begun = scaffold.scaffold_into(jekyll.read(here), SOURCE)

    job = load(here / scaffold.WORKFLOW)["jobs"]["blog"]
    assert job["steps"][0]["run"] == 'gh workflow run pages.yml --repo "$GITHUB_REPOSITORY" --ref "$BRANCH"'
    assert job["permissions"] == {"actions": "write"}
    assert begun.advice[0] == (
        "add `workflow_dispatch:` under `on:` in .github/workflows/pages.yml, so that it can be started"
    )


@pytest.mark.parametrize("own", ["", "on: push\njobs: {d: {steps: [{uses: actions/deploy-pages@v4}]}}\n"])
def test_github_would_take_the_blogs_workflow(tmp_path: Path, own: str) -> None:
    here = a_blog(tmp_path)
    if own:
        (here / ".github" / "workflows").mkdir(parents=True)
        (here / ".github" / "workflows" / "pages.yml").write_text(own)
    scaffold.scaffold_into(jekyll.read(here), SOURCE)

    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         str(here / scaffold.WORKFLOW)], capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


@pytest.mark.parametrize(
    ("settings", "field", "value"),
    [
        ("timezone: Mars/Base", "timezone", "Asia/Seoul"),
        ("timezone: America/New_York", "timezone", "America/New_York"),
        ("lang: en-US", "language", "en"),
        ("lang: fr", "language", "ko"),
        ("permalink: date", "permalink", "/:categories/:year/:month/:day/:title.html"),
        ("permalink: /blog/:year/:title:output_ext", "permalink", "/blog/:year/:title.html"),
        ("permalink: /:week/:title/", "permalink", "/:year/:month/:day/:title/"),
        ("url: 'javascript:alert(1)'", "url", "http://localhost:8000"),
        ("url: https://me.org/\nbaseurl: /", "url", "https://me.org"),
        ("collections_dir: content", "posts", "content/_posts"),
        ("source: src\ndata_dir: facts", "data", "src/facts/digests"),
        ("source: ../../etc", "posts", "_posts"),
        ("author: '{{ evil }}\"\\n'", "author", '{{ evil }}"\\n'),
        ("title: 7", "title", "7"),
        ("title:", "title", "Daily Papers"),
        ("defaults: [{scope: {path: ''}, values: {category: a b}}]", "categories", ("a", "b")),
        ("defaults: [{scope: {path: '', type: pages}, values: {category: a}}, 7]", "categories", ()),
    ],
)
def test_a_blogs_setting_becomes_a_valid_one_of_the_digest(
    tmp_path: Path, settings: str, field: str, value: object
) -> None:
    read = jekyll.read(a_blog(tmp_path, settings))
    scaffold.scaffold_into(read, SOURCE)

    loaded = config.load(tmp_path / "config.yaml", {})

    assert getattr(read, field) == value
    assert (loaded.site.title, loaded.site.url, loaded.timezone) == (read.title, read.url, read.timezone)


@pytest.mark.parametrize("settings", ["a: [", "- a list", "!!python/object/apply:os.system [touch hacked]", "a: \x01"])
def test_settings_that_cannot_be_read_are_one_line_and_never_run(tmp_path: Path, settings: str) -> None:
    here = a_blog(tmp_path, settings)

    with pytest.raises(ConfigError):
        jekyll.read(here)
    assert list(files(here)) == ["_config.yml"]


def test_a_folder_without_settings_is_no_blog(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as refused:
        jekyll.read(tmp_path)

    assert str(refused.value) == (
        f"{tmp_path} is not a Jekyll blog (no _config.yml) — `digest init DIR` creates a standalone digest"
    )


@pytest.mark.jekyll
@pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed")
def test_the_reference_post_moves_into_a_stock_blog_beside_ten_posts_that_stay_as_they_are(
    data: Path, tmp_path: Path, forker: Forker
) -> None:
    here = a_blog(tmp_path / "blog")
    (here / "_posts").mkdir()
    for number in range(1, 11):
        post = here / "_posts" / f"2025-10-{number:02}-note-{number}.md"
        post.write_text(
            f'---\ntitle: "글 {number}"\ntags: [mine]\n---\n\n손으로 쓴 글 {number}. {{{{ page.title }}}}\n'
        )
    (here / "index.md").write_text("---\nlayout: home\n---\n")
    (here / ".gitignore").write_text("_site\n.cache\n")
    before = files(here)
    reference = data / "seed" / "2025-11-17-daily-papers.md"

    began = run(forker, tmp_path, "init", "--into", "blog")
    moved = run(forker, here, "import", str(reference))
    built = subprocess.run(
        ["jekyll", "build", "--quiet", "--trace"], cwd=here, capture_output=True, text=True, timeout=120, check=False
    )

    assert (began.returncode, moved.returncode, built.returncode, built.stdout) == (0, 0, 0, "")
    assert {file: content for file, content in files(here).items() if file in before} == before
    site = here / "_site"
    page = (site / "papers/2025/11/17/daily-papers/index.html").read_text("utf-8")
    post = posts.parse(reference.read_text("utf-8"))
    shown = re.search(r'<div class="post-content[^>]*>(.*)</div><a class="u-url"', page, re.DOTALL)
    assert shown is not None
    assert visible(shown[1]) == [expected(entry) for entry in post.entries]
    for number in range(1, 11):
        text = (site / f"papers/2025/10/{number:02}/note-{number}/index.html").read_text("utf-8")
        assert f"손으로 쓴 글 {number}. 글 {number}" in html.unescape(text)
    assert len(list(site.glob("papers/2025/*/*/*/index.html"))) == 11
    assert len(re.findall(r"<entry>", (site / "feed.xml").read_text("utf-8"))) == 10


def test_every_template_of_init_is_used() -> None:
    there = {path.name for path in (ROOT / "templates" / "init").iterdir()}
    source = "".join(path.read_text("utf-8") for path in (ROOT / "digest" / "commands" / "init").glob("*.py"))

    assert {name for name in there if name not in source and name.removesuffix(".yml") not in source} == set()


UPSTREAM = "git@github.com:me/digest.git"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of digest with a commit that is on its remote, whose address is one of GitHub's."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "remote.git"))
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", f"file://{tmp_path / 'remote.git'}", str(folder))
    (folder / "file").write_text("one\n")
    git(folder, "switch", "--quiet", "--create", "main")
    git(folder, "add", "file")
    git(folder, "commit", "--quiet", "--message", "begin")
    git(folder, "push", "--quiet", "--set-upstream", "origin", "main")
    git(folder, "config", "remote.origin.url", UPSTREAM)
    return folder


def _origin(folder: Path) -> Mapping[str, object]:
    return {"url": folder.as_uri(), "dir_info": {}}


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        (UPSTREAM, "https://github.com/me/digest.git"),
        ("ssh://git@git.example.org:2222/me/digest.git", "https://git.example.org/me/digest.git"),
        ("https://github.com/me/digest", "https://github.com/me/digest"),
        ("https://me:s3cret@github.com/me/digest", "https://github.com/me/digest"),
    ],
)
def test_a_digest_from_a_clone_names_its_remote_and_commit(clone: Path, remote: str, address: str) -> None:
    git(clone, "config", "remote.origin.url", remote)

    line = scaffold.requirement_line(_origin(clone), "1")

    assert line == f"daily-paper-digest @ git+{address}@{git(clone, 'rev-parse', 'HEAD')}"


def test_a_clone_that_others_cannot_get_says_why(clone: Path, tmp_path: Path) -> None:
    reasons = []
    (clone / "file").write_text("two\n")
    reasons.append(scaffold.why_unknown(_origin(clone)))
    git(clone, "commit", "--quiet", "--all", "--message", "two")
    reasons.append(scaffold.why_unknown(_origin(clone)))
    git(clone, "config", "remote.origin.url", "/srv/digest.git")
    reasons.append(scaffold.why_unknown(_origin(clone)))
    reasons.append(scaffold.why_unknown(_origin(tmp_path)))

    assert scaffold.requirement_line(_origin(clone), "1") == ""
    assert reasons == [
        f"the clone {clone} has changes that are not committed",
        f"the commit {git(clone, 'rev-parse', 'HEAD')[:12]} of the clone {clone} is not pushed",
        f"the clone {clone} has no remote with an https or ssh address",
        f"{tmp_path} is not a git clone",
    ]


def test_the_reason_stands_where_the_requirement_is_missing(tmp_path: Path) -> None:
    scaffold.scaffold(tmp_path, "", "the clone is not pushed")

    assert (
        "# Where others get this digest is not known: the clone is not pushed.\n"
        in (tmp_path / "requirements-digest.txt").read_text()
    )


GENERATED = (".github/workflows/nightly.yml", "config.schema.json", "requirements-digest.txt", "requirements.txt")


def test_an_update_renews_what_is_unedited_and_leaves_the_rest_of_the_digest(tmp_path: Path) -> None:
    scaffold.scaffold(tmp_path, SOURCE)
    before = files(tmp_path)
    newer = SOURCE.replace("abc", "def")
    for file in (".github/workflows/nightly.yml", "requirements.txt"):
        older = (tmp_path / file).read_text().partition("\n")[2] + "# as it was\n"
        (tmp_path / file).write_bytes(scaffold.marked(older).replace("\n", "\r\n").encode())
    (tmp_path / "config.schema.json").write_text("{}\n")

    first, second = renewal.renew(tmp_path, newer), renewal.renew(tmp_path, newer)

    after = files(tmp_path)
    assert (sorted(first.written), first.unchanged, first.edited) == (sorted(GENERATED), (), ())
    assert (second.written, sorted(second.unchanged)) == ((), sorted(GENERATED))
    assert after.pop("requirements-digest.txt").decode().splitlines()[-1] == newer
    before.pop("requirements-digest.txt")
    assert after == before


def test_an_update_shows_the_difference_of_what_somebody_edited_and_writes_what_is_missing(tmp_path: Path) -> None:
    scaffold.scaffold(tmp_path, SOURCE)
    workflow = tmp_path / scaffold.WORKFLOW
    workflow.write_text(workflow.read_text().replace('cron: "17 0 * * *"', 'cron: "7 1 * * *"'))
    (tmp_path / "requirements-digest.txt").unlink()
    edited = workflow.read_bytes()

    renewed = renewal.renew(tmp_path, SOURCE)

    ((file, difference),) = renewed.edited
    assert (renewed.written, file, workflow.read_bytes()) == (("requirements-digest.txt",), scaffold.WORKFLOW, edited)
    assert [line[:28] for line in difference if line[0] in "+-" and line[:3] not in {"+++", "---"}] == [
        '-    - cron: "7 1 * * *" # y', '+    - cron: "17 0 * * *" # ',
    ]  # fmt: skip


def test_an_update_keeps_a_requirement_that_it_does_not_know_better(tmp_path: Path) -> None:
    scaffold.scaffold(tmp_path, SOURCE)

    renewed = renewal.renew(tmp_path, "")

    assert renewed.written == renewed.edited == ()
    assert (tmp_path / "requirements-digest.txt").read_text().splitlines()[-1] == SOURCE


def test_an_update_of_a_blog_keeps_the_blogs_own_build(tmp_path: Path) -> None:
    scaffold.scaffold_into(jekyll.read(a_blog(tmp_path)), SOURCE)

    renewed = renewal.renew(tmp_path, SOURCE)

    assert (renewed.written, sorted(renewed.unchanged)) == ((), sorted(GENERATED))


def test_only_a_digest_is_updated_and_not_the_program_itself(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"has no config.yaml — digest init creates a new digest"):
        renewal.renew(tmp_path, SOURCE)
    with pytest.raises(ArchiveError, match=r"is a copy of digest itself, which git updates — on GitHub: Sync fork"):
        renewal.renew(ROOT, SOURCE)


def test_the_command_prints_what_was_renewed_and_what_would_change(tmp_path: Path, forker: Forker) -> None:
    run(forker, tmp_path, "init", "mine")
    lock = tmp_path / "mine" / "requirements.txt"
    lock.write_text(lock.read_text() + "mine==1\n")

    done = run(forker, tmp_path, "init", "--update", "mine")

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert "mine/requirements.txt was edited, left unchanged; to renew it, delete it and rerun:" in lines
    assert "-mine==1" in lines and "mine/.github/workflows/nightly.yml is up to date" in lines
