"""The kinds of values that settings have: addresses, time zones, seconds, slugs."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from digest.model.text import one_line

_COUNTRIES = {
    "korea": "Asia/Seoul", "south_korea": "Asia/Seoul", "kst": "Asia/Seoul", "한국": "Asia/Seoul", "서울": "Asia/Seoul",
    "jst": "Asia/Tokyo", "china": "Asia/Shanghai", "taiwan": "Asia/Taipei", "india": "Asia/Kolkata",
    "germany": "Europe/Berlin", "france": "Europe/Paris", "uk": "Europe/London", "england": "Europe/London",
}  # fmt: skip
"""Countries and zones as people call them, beside the names that the table of zones has (`Japan`, `Singapore`)."""
_LINK = re.compile(r"https?://[^\s/?#@]+(?:[/?][^\s#]*)?")
_SIGNS = "/:;.-_~!$&'()*+,=@%"
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def _address(raw: str) -> str:
    if not _ADDRESS.fullmatch(raw):
        raise ValueError("must be an http(s) URL without user info, query or fragment")
    # Sitemaps, feeds and headers hold addresses in ASCII (RFC 3986).
    scheme, _, rest = raw.rstrip("/").partition("://")
    host, slash, path = rest.partition("/")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as cause:
        raise ValueError("must have a host that can be written in ASCII") from cause
    return f"{scheme}://{host}{slash}{quote(path, safe=_SIGNS)}"


def _link(raw: str) -> str:
    if not _LINK.fullmatch(raw):
        raise ValueError("must be an http(s) URL without user info or fragment")
    return raw


def _zone(raw: str) -> str:
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        near = "; ".join(_zones_like(raw)) or "example: Asia/Seoul"
        raise ValueError(f"unknown time zone ({near})") from cause
    return raw


def _zones_like(raw: str) -> list[str]:
    """Name zones that a wrong name may mean: of that country or city, else spelled nearly so."""
    wanted = raw.strip().replace(" ", "_").casefold()
    if wanted in _COUNTRIES:
        return [f"did you mean {_COUNTRIES[wanted]}?"]
    known = {zone.casefold(): zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
    found = known.get(cities.get(wanted, "")) or next(iter(get_close_matches(wanted, known, 1, 0.75)), "")
    found = found or cities.get(next(iter(get_close_matches(wanted, cities, 1, 0.75)), ""), "")
    return [f"did you mean {known.get(found, found)}?"] if found else []


def _clock(raw: object) -> object:
    # YAML 1.1 reads 10:15:00 as a number to the base of sixty.
    if isinstance(raw, int):
        raise ValueError('write it in quotes, like "08:15:00"')
    return raw


def _word(raw: object) -> object:
    # YAML 1.1 reads on and off as true and false.
    return {True: "on", False: "off"}[raw] if isinstance(raw, bool) else raw


Line = Annotated[str, AfterValidator(one_line)]
Keyword = Annotated[str, AfterValidator(one_line), Field(pattern=r"\S")]
Address = Annotated[str, AfterValidator(_address)]
Link = Annotated[str, AfterValidator(_link), Field(max_length=2000)]
Zone = Annotated[str, AfterValidator(_zone)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Category = Annotated[str, Field(pattern=r"^[a-z-]+(\.[A-Za-z-]+)?$")]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$"), BeforeValidator(_clock)]
Contact = Annotated[str, Field(pattern=r"^(?:(?:mailto:|https://)[^\s<>,]+)?$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")]

Switch = Annotated[Literal["on", "off"], BeforeValidator(_word)]
Figures = Annotated[Literal["hotlink", "licensed", "off"], BeforeValidator(_word)]
Cards = Annotated[Literal["off", "on", "papers"], BeforeValidator(_word)]


SITE_FOLDERS = frozenset(
    {"papers", "topics", "authors", "page", "archive", "trends", "weeks", "months", "search", "favourites", "about",
     "assets"}
)  # fmt: skip
"""The folders that every site has: nothing else can be called by their names."""


class Part(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_switch(cls, raw: object, of: ValidationInfo) -> object:
        # Python counts true as 1, and YAML 1.1 reads yes and on as true.
        kinds = set(_kinds_in(cls.model_fields[of.field_name or ""].annotation))
        if kinds & {int, float} and kinds <= {int, float, type(None)} and _has_switch(raw):
            raise ValueError("expected a number, not true or false")
        return raw


def _kinds_in(annotation: Any) -> Iterator[Any]:
    """Yield the types that the values of a setting have; of a mapping, not of its keys."""
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        parts = parts[:1]
    elif isinstance(origin := get_origin(annotation), type) and issubclass(origin, Mapping):
        parts = parts[1:]
    for part in parts:
        if part is not Ellipsis:
            yield from _kinds_in(part)
    if not parts:
        yield annotation


def _has_switch(raw: object) -> bool:
    values = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list | tuple) else ()
    return isinstance(raw, bool) or any(map(_has_switch, values))
