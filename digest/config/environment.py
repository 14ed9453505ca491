"""Variables → raw settings, as pydantic-settings reads them: names with `__` reach into tables, values may be JSON."""

from collections.abc import Mapping
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError
from pydantic_settings.sources.utils import parse_env_vars

from digest.config.settings import PREFIX, Config

__all__ = ["SettingsError", "parse"]


class _Variables(Config, BaseSettings):
    """The settings as pydantic-settings declares them. Never instantiated."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__")


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of variables, over a mapping that was handed in."""

    given: Mapping[str, str] = {}

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self.given, self.case_sensitive, True)


def parse(variables: Mapping[str, str]) -> dict[str, Any]:
    """Read variables that begin with our prefix; does not check ranges. Raises SettingsError for what is no value."""
    source = type("Environment", (_Environment,), {"given": variables})
    found: dict[str, Any] = source(_Variables)()
    return found
