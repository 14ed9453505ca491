"""Somebody's Jekyll blog, as far as a digest in it must know it. Reads it; never changes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from digest.config import Config, SiteConfig, files
from digest.errors import ArchiveError, ConfigError
from digest.model.text import one_line
from digest.posts import frontmatter

_CONFIGS = ("_config.yml", "_config.yaml")
_STYLES = {  # https://jekyllrb.com/docs/permalinks/#built-in-formats
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}
_PLACEHOLDERS = {"year", "month", "day", "title", "slug", "categories", "i_month", "i_day", "short_year", "y_day"}
_ADDED = ("config.yaml", "config.schema.json", "requirements.txt", "requirements-digest.txt")
_WORKFLOW_NAME = re.compile(r"[\w.-]+\.ya?ml")
_FOLDER = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")


@dataclass(frozen=True)
class Blog:
    """What a blog's own settings say, in the digest's words."""

    folder: Path
    source: str
    """The name of the file that said it."""
    language: str
    timezone: str
    title: str
    author: str
    url: str
    permalink: str
    categories: tuple[str, ...]
    """What the blog's defaults give to every post."""
    posts: str
    data: str
    workflow: str = ""
    """The blog's workflow that deploys it and may be started by another one; empty where GitHub Pages builds it."""
    advice: tuple[str, ...] = ()
    """What its owner should do, because nothing here does it."""


def is_blog(folder: Path) -> bool:
    """Return whether a folder is a Jekyll blog."""
    return any((folder / name).is_file() for name in _CONFIGS)


def read(folder: Path) -> Blog:
    """Read a blog's settings. Raises ArchiveError where there is none, ConfigError where it cannot be read.

    A setting that a digest cannot have keeps the default, and its owner is warned.
    """
    path = next((folder / name for name in _CONFIGS if (folder / name).is_file()), None)
    if path is None:
        raise ArchiveError(
            f"{folder} is not a Jekyll blog (no _config.yml)", hint="`digest init DIR` creates a standalone digest"
        )
    raw = _parsed(path)
    advice: list[str] = []
    root = _folder(raw, "source", "", advice)
    posts = "/".join(filter(None, (root, _folder(raw, "collections_dir", "", advice), "_posts")))
    data = "/".join(filter(None, (root, _folder(raw, "data_dir", "_data", advice), "digests")))
    workflow, unstartable = _workflow(folder / ".github" / "workflows")
    if unstartable:
        advice.append(
            f"add `workflow_dispatch:` under `on:` in .github/workflows/{unstartable}, so that it can be started"
        )
    excluded = [str(one).strip("/") for one in raw["exclude"]] if isinstance(raw.get("exclude"), list) else []
    if missing := [file for file in _ADDED if file not in excluded]:
        advice.append(f"add to `exclude:` in {path.name}, or Jekyll publishes them: {', '.join(missing)}")
    ignore = folder / ".gitignore"
    ignored = files.read(ignore).decode("utf-8", "replace") if ignore.is_file() else ""
    if ".cache" not in ignored.replace("/", "\n").split():
        advice.append("add to .gitignore: .cache/")
    author = raw.get("author")
    return Blog(
        folder=folder,
        source=path.name,
        language=_allowed(raw.get("lang") or raw.get("locale"), "language", advice),
        timezone=_allowed(raw.get("timezone"), "timezone", advice),
        title=one_line(str(raw.get("title") or "")) or SiteConfig().title,
        author=one_line(str((author.get("name") if isinstance(author, Mapping) else author) or "")),
        url=_url(raw, advice),
        permalink=_permalink(raw.get("permalink"), advice),
        categories=_categories(raw.get("defaults")),
        posts=posts,
        data=data,
        workflow=workflow,
        advice=tuple(advice),
    )


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        text = files.read(path).decode("utf-8-sig")
        frontmatter.refuse_depth(text)
        raw = yaml.load(text, Loader=yaml.CSafeLoader) or {}
    except (yaml.YAMLError, RecursionError, ValueError, OSError) as cause:
        raise ConfigError(f"{path}: cannot be read: {_why(cause)}") from cause
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected settings such as `title: My blog`")
    return raw


def _why(cause: Exception) -> str:
    return str(getattr(cause, "problem", None) or getattr(cause, "strerror", None) or cause)


def _folder(raw: Mapping[str, Any], key: str, default: str, advice: list[str]) -> str:
    """Return a folder below the blog that the settings name."""
    name = str(raw.get(key) or default).removeprefix("./").strip("/")
    if name in {"", "."} or _FOLDER.fullmatch(name):
        return "" if name == "." else name
    advice.append(f"set paths in config.yaml by hand: {key} is {name!r}")
    return default


def _allowed(value: object, key: str, advice: list[str]) -> str:
    """Return a setting of the blog where it can be one of a digest, else the default."""
    default = str(Config.model_fields[key].default)
    if not value:
        return default
    given = str(value)[:2].lower() if key == "language" else str(value)
    try:
        known = str(getattr(Config.model_validate({key: given}), key))
    except ValueError:
        known = ""
    if known and (key != "language" or known in {"ko", "en"}):
        return known
    advice.append(f"set {key} in config.yaml by hand: unsupported value {str(value)!r:.60}")
    return default


def _url(raw: Mapping[str, Any], advice: list[str]) -> str:
    url = f"{str(raw.get('url') or '').rstrip('/')}/{str(raw.get('baseurl') or '').strip('/')}".rstrip("/")
    try:
        return str(SiteConfig(url=url).url) if url else SiteConfig().url
    except ValueError:
        advice.append(f"set site.url in config.yaml by hand: {url!r:.80} is not a URL")
        return SiteConfig().url


def _permalink(value: object, advice: list[str]) -> str:
    """Return the pattern of the blog's addresses in the placeholders that a digest's own site knows."""
    pattern = _STYLES.get(str(value or "date"), str(value)).replace(":output_ext", ".html")
    pattern = pattern if pattern.startswith("/") else f"/{pattern}"
    try:
        if set(re.findall(r":(\w+)", pattern)) <= _PLACEHOLDERS:
            return str(SiteConfig(permalink=pattern).permalink)
    except ValueError:
        pass
    advice.append(f"set site.permalink in config.yaml by hand: {str(value)!r:.60} has unsupported placeholders")
    return SiteConfig().permalink


def _categories(defaults: object) -> tuple[str, ...]:
    """Return the categories that the blog's defaults give to all posts, wherever they lie."""
    found: list[str] = []
    for one in defaults if isinstance(defaults, list) else []:
        scope, values = (one.get("scope"), one.get("values")) if isinstance(one, Mapping) else (None, None)
        if isinstance(scope, Mapping) and isinstance(values, Mapping) and not scope.get("path"):
            given = values.get("categories", values.get("category")) if scope.get("type") in {None, "posts"} else None
            found += given.split() if isinstance(given, str) else map(str, given) if isinstance(given, list) else []
    return tuple(dict.fromkeys(map(one_line, found)))


def _workflow(folder: Path) -> tuple[str, str]:
    """Find the workflow that deploys the blog: by name where it can be started, as the second name where it cannot."""
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else []:
        text = files.read(path).decode("utf-8", "replace") if path.is_file() else ""
        if _WORKFLOW_NAME.fullmatch(path.name) and "actions/deploy-pages" in text:
            return path.name, "" if "workflow_dispatch" in text else path.name
    return "", ""
