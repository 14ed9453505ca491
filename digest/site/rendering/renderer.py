"""Templates → pages. The one place that knows Jinja; what a page says is decided by its callers."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.errors import ConfigError
from digest.model import schema
from digest.site import urls
from digest.site.content import markup
from digest.site.records import PostSummary
from digest.site.rendering.locales import Locale

_FIELDS = {field.name: field for field in schema.FIELDS}


class Renderer:
    """Fills the templates of one site with what all its pages share."""

    def __init__(
        self, templates: Templates, config: SiteConfig, speech: Locale, language: str, version: str,
        plain_tags: frozenset[str],
    ) -> None:  # fmt: skip
        self.config = config
        self.speech = speech
        self.words = speech.words
        self.description = config.description or str(self.words["description"])
        self._templates = templates
        from digest.site.rendering.constants import Compiled, speed_up  # noqa: PLC0415 - knows Jinja, so imported when pages are made

        environment = templates.environment.overlay(auto_reload=False)
        environment.bytecode_cache = Compiled()
        shared = {
            "title": config.title, "url": config.url, "language": language, "version": version,
            "description": self.description,
        }  # fmt: skip
        speed_up(environment, {"w": speech.words, "root": markup.ROOT, "site": shared})
        environment.globals = {
            **environment.globals,
            "w": speech.words,
            "s": speech,
            "root": markup.ROOT,
            "slug": urls.slug,
            "href": urls.href,
            "neighbour": self._neighbour,
            "fields": _FIELDS,
            "introduction": schema.INTRODUCTION,
            "plain_tags": plain_tags,
            "site": shared,
        }
        self._environment = environment
        self._parts: Any = None
        base = "/" + config.url.split("://", 1)[-1].partition("/")[2]
        self.base = base if base.endswith("/") else f"{base}/"

    def page(
        self, template: str, path: str, *, title: str, description: str = "", nav: str = "", kind: str = "website",
        images: tuple[str, ...] = (), root: str | None = None, **values: Any,
    ) -> bytes:  # fmt: skip
        """Fill a page's template. `images` are the origins of pictures that stay elsewhere."""
        page = {
            "title": title if title == self.config.title else f"{title} — {self.config.title}",
            "heading": title,
            "description": description or self.description,
            "href": urls.href(path.removesuffix("index.html")),
            "nav": nav,
            "kind": kind,
            "csp": csp(images),
        }
        html = self._fill(template, {"page": page, **values})
        return html.replace(markup.ROOT, urls.root_of(path) if root is None else root).encode()

    def piece(self, macro: str, *values: object) -> str:
        """Call a macro of `parts.html.j2`, for a part of several pages. The way to the site's top is left open."""
        if self._parts is None:
            self._parts = self._environment.get_template("site/parts.html.j2").module
        try:
            return str(getattr(self._parts, macro)(*values)).strip()
        except Exception as cause:
            raise ConfigError(_place("parts", cause)) from cause

    def at(self, html: str, root: str) -> str:
        """Close the way to the top that `piece` left open."""
        return html.replace(markup.ROOT, root)

    def _fill(self, name: str, values: Mapping[str, Any]) -> str:
        from jinja2 import TemplateError, TemplateNotFound  # noqa: PLC0415

        try:
            return self._environment.get_template(f"site/{name}.html.j2").render(values)
        except TemplateNotFound as cause:
            raise ConfigError(
                f"template {cause.name} is missing", hint="reinstall, or add it to paths.templates"
            ) from cause
        except TemplateError as cause:
            raise ConfigError(_place(name, cause)) from cause
        except (TypeError, KeyError, AttributeError, ValueError, IndexError) as cause:
            # A template may also call what is not there with the wrong words; the traceback knows the line.
            raise ConfigError(_place(name, cause)) from cause

    def _neighbour(self, bone: PostSummary) -> str:
        return self.speech.date(bone.date, "short") if bone.kind == "digest" else bone.title


@cache
def csp(images: tuple[str, ...] = ()) -> str:
    """Write the Content-Security-Policy of a page: nothing but our own files and the pictures it shows."""
    sources = " ".join(["'self'", *images])
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {sources}; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    )


def json(value: Any) -> str:
    """Write JSON that may stand inside a script element."""
    return msgspec.json.encode(value).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _place(name: str, cause: Exception) -> str:
    """Say which template failed, on which line, and why."""
    line, found = getattr(cause, "lineno", None), f"site/{name}.html.j2"
    trace = cause.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            line, found = trace.tb_lineno, "site/" + file.rsplit("/site/", 1)[-1]
        trace = trace.tb_next
    return f"template {found}{f', line {line}' if line else ''}: {getattr(cause, 'message', None) or cause}"
