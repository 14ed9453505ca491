"""What a site is built from, and where: folders, templates and the settings that pages depend on."""

from pathlib import Path

import msgspec

from digest.adapters.templates import Templates
from digest.config import PostConfig, SiteConfig
from digest.site.output import location
from digest.site.rendering.alternates import Sibling


class Project(msgspec.Struct, frozen=True):
    """What a site is built from, and where."""

    posts: Path
    data: Path
    out: Path
    cache: Path
    templates: Templates
    config: SiteConfig
    post: PostConfig
    language: str
    timezone: str = "Asia/Seoul"
    jobs: int = 1
    show_reasons: bool = False
    """Whether the page of a paper says why it was chosen."""
    folder: Path | None = None
    """The folder of the settings."""
    apart: frozenset[str] = frozenset()
    """Folders of other series below those of posts, editions and site."""
    siblings: tuple[Sibling, ...] = ()
    """The same digest in other languages."""
    followed: tuple[str, ...] = ()
    """Authors whom the taste names."""
    ending: str = ""
    """How the addresses of its posts end where another language has the paths without: `-en`."""

    @property
    def settings(self) -> bytes:
        """Stands for the settings that pages depend on."""
        others = [[one.language, one.name, one.url, one.way, one.ending] for one in self.siblings]
        several = [sorted(self.apart), self.ending, others] if self.apart or others else []
        several += [sorted(self.followed)] if self.followed else []
        return msgspec.json.encode(
            [
                self.config.model_dump(mode="json"), list(self.post.tags), self.post.slug, self.language,
                self.timezone, self.show_reasons, *several,
            ]
        )  # fmt: skip

    def refuse_shared_folders(self) -> None:
        """Raise ConfigError where the site would mix with other files."""
        ours = {"paths.posts": self.posts, "paths.data": self.data, "paths.cache": self.cache}
        if self.templates.own is not None:
            ours["paths.templates"] = self.templates.own
        around = {"your home folder": Path("~").expanduser()}
        if self.folder is not None:
            around["the folder of the settings"] = self.folder
        location.refuse_shared(self.out, ours, around)
