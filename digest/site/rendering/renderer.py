"""Templates → pages. What a page says is decided by its callers."""

from functools import cache
from html import escape
from typing import Any

import msgspec
from markupsafe import Markup

from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.model import schema
from digest.model.text import shorten
from digest.site import urls
from digest.site.content import markup
from digest.site.records import PostSummary
from digest.site.rendering.alternates import Alternates
from digest.site.rendering.compiled import Compiled
from digest.site.rendering.constants import fill_in
from digest.site.rendering.locales import Locale

_TITLE = 70
"""The longest title of a page that is shown whole, in characters."""
_FIELDS = {field.name: field for field in schema.FIELDS}


class Renderer:
    """Fills the templates of one site with what all its pages share. `code` stands for our version and Jinja's."""

    def __init__(
        self, templates: Templates, config: SiteConfig, locale: Locale, language: str, version: str,
        plain_tags: frozenset[str], code: bytes, picture: str = "", alternates: Alternates | None = None,
        unchecked: str = "none",
    ) -> None:  # fmt: skip
        self.config = config
        self.locale = locale
        self.words = locale.words
        self.picture = picture
        """The picture of the site, below its folder; empty where there is none."""
        self.alternates = alternates or Alternates()
        self.unchecked = unchecked
        """Whether `none`, `some` or `all` of the summaries were imported."""
        own = "tagline" if unchecked == "all" else "description"
        self.description = config.description or str(self.words[own])
        self.version = version
        """Stands for the assets in their addresses."""
        self._templates = templates
        shared = {
            "title": config.title, "url": config.url, "language": language, "version": version,
            "description": self.description, "foot": self.in_all("foot"),
            "unchecked": unchecked,
        }  # fmt: skip
        constants = {"w": locale.words, "root": markup.ROOT, "site": shared}
        everywhere = {
            **templates.environment.globals,
            **constants,
            "s": locale,
            "slug": urls.slug,
            "href": urls.href,
            "neighbour": self._neighbour,
            "fields": _FIELDS,
            "introduction": schema.INTRODUCTION,
            "plain_tags": plain_tags,
        }
        environment = templates.environment.overlay(auto_reload=False)
        environment.bytecode_cache = Compiled(code + msgspec.msgpack.encode(constants))
        # Jinja would look through a chain of dictionaries, name by name, for every page.
        environment.make_globals = lambda more: {**everywhere, **(more or {})}  # type: ignore[assignment, method-assign]
        fill_in(environment, constants)
        self._environment = environment
        self._parts: Any = None
        base = "/" + config.url.split("://", 1)[-1].partition("/")[2]
        self.base = base if base.endswith("/") else f"{base}/"

    def in_all(self, name: str) -> str:
        """Return what is said of all summaries, as true of those that were imported."""
        return str(self.words[name if self.unchecked == "none" else f"{name}_{self.unchecked}"])

    def page(
        self, template: str, path: str, *, title: str, description: str = "", nav: str = "", kind: str = "website",
        images: tuple[str, ...] = (), picture: str = "", root: str | None = None, **values: Any,
    ) -> bytes:  # fmt: skip
        """Fill a page's template. `images` are the origins of pictures that stay elsewhere.

        `picture` is what a link to it shows where it is shared; without one it is the site's.
        """
        page = {
            "title": self._title(title),
            "heading": title,
            "description": description or self.description,
            "href": urls.href(path.removesuffix("index.html")),
            "nav": nav,
            "kind": kind,
            "csp": csp(images),
            "picture": picture or self.picture,
            "alternates": self.alternates.of(path),
        }
        name = f"site/{template}.html.j2"
        with self._templates.explained(name):
            html = self._environment.get_template(name).render(page=page, **values)
        return html.replace(markup.ROOT, urls.root_of(path) if root is None else root).encode()

    def macro(self, name: str, *values: object) -> str:
        """Call a macro of `parts.html.j2`, for a part of several pages. The way to the site's top is left open."""
        with self._templates.explained("site/parts.html.j2"):
            if self._parts is None:
                self._parts = self._environment.get_template("site/parts.html.j2").module
            try:
                return str(getattr(self._parts, name)(*values)).strip()
            except Exception:  # noqa: BLE001 - raises it again, with lines of the template as `render` does
                self._environment.handle_exception()

    def with_root(self, html: str, root: str) -> str:
        """Close the way to the top that `macro` left open."""
        return html.replace(markup.ROOT, root)

    def _title(self, title: str) -> str:
        """Name a page in a tab or a list of results: with the site's name where both fit, cut where it is too long."""
        whole = title if title == self.config.title else f"{title} — {self.config.title}"
        if len(whole) <= _TITLE:
            return whole
        return shorten(title, _TITLE)

    def _neighbour(self, post: PostSummary) -> str:
        return self.locale.date(post.date, "short") if post.kind == "digest" else shorten(post.title, _TITLE)


@cache
def csp(images: tuple[str, ...] = ()) -> Markup:
    """Write the Content-Security-Policy of a page: nothing but our own files and the pictures it shows."""
    pictures = f"img-src 'self' {' '.join(images)}; " if images else ""
    policy = f"default-src 'self'; {pictures}object-src 'none'; base-uri 'none'; form-action 'self'"
    return markup.safe(escape(policy, quote=False).replace('"', "&quot;"))


def to_script_json(value: Any) -> str:
    """Write JSON that may stand inside a script element."""
    return msgspec.json.encode(value).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
