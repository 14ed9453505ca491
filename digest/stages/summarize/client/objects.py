"""The one JSON object that is meant, among all that a model writes around it. Pure.

Models think aloud, write drafts, wrap what they were asked for in another object, put it into a string, or stop in the
middle. The last whole object with all keys counts, and none that was only thought.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from digest.model.text import shorten

_START = re.compile(r'\{\s*"(\w{0,40})')
_THINKS = re.compile(
    r"\s*(?:<(?i:think(?:ing)?|thought|reasoning)>|\[THINK\]|◁think▷|<\|channel\|>analysis|analysis(?=[A-Z{\"]))"
)
"""How thinking begins; the last two are gpt-oss's channels: https://github.com/NVIDIA/TensorRT-LLM/issues/9256"""
_ANSWERS = re.compile(
    r"</(?:\w{1,10}:)?(?:think(?:ing)?|thought|reasoning)>|\[/THINK\]|◁/think▷|<\|channel\|>final|assistantfinal",
    re.IGNORECASE,
)
"""What stands between thinking and answer; some servers lose the tag that opens it."""
_WORDS_BEHIND = 20  # letters behind an object that show that the answer went on
_DEPTH = 4
_EFFORT = 8  # how many times its length a reply is looked through
_FAILURES = 400  # places that look like an object and are none; each takes a look at all that is before it


class _Found(NamedTuple):
    start: int
    end: int
    object: Mapping[str, Any]


def last_object(raw: str, keys: Collection[str], *, cut: bool = False) -> dict[str, Any] | str:
    """Return the last whole object that has all keys, else some of them, in lower case; or what is wrong.

    `cut` says that the server stopped the answer: then an object that words follow is one of its drafts.
    An object within one that failed is not looked at: of a reply that was cut off, a single claim may be whole.
    """
    if raw.lstrip().startswith('"') and isinstance(text := _loaded(raw.strip()), str):
        raw = text
    whole, problem, broken_at = _objects(raw, keys)
    if isinstance(whole, str):
        return whole
    answer = max((one.start() for one in _ANSWERS.finditer(raw) if not _inside(one.start(), whole)), default=None)
    if answer is None and _THINKS.match(raw) and not _inside(0, whole):
        return "There is no JSON object in it."
    spoken = [one for one in whole if one.start >= (answer or 0)]
    usable = [one for found in spoken if (one := _unwrapped(found, keys))]
    if not usable:
        return "The JSON object has none of the fields." if spoken and broken_at < spoken[-1].start else problem
    best = [one for one in usable if all(key in one.object for key in keys)] or usable
    last = best[-1]
    if broken_at > last.end or (cut and sum(map(str.isalnum, raw[last.end :])) > _WORDS_BEHIND):
        return "The JSON object is cut off."
    return dict(last.object)


def _objects(raw: str, keys: Collection[str]) -> tuple[list[_Found] | str, str, int]:
    """Return all whole objects, what is wrong with the last that is none, and where one of ours broke off."""
    found: list[_Found] = []
    failures = 0
    problem, end, effort, broken_at, failed = "There is no JSON object in it.", 0, 0, -1, False
    decoder = json.JSONDecoder(strict=False)
    for place in _START.finditer(raw):
        start, ours = place.start(), place[1].lower() in keys
        if (start < end and not (failed and ours)) or effort > _EFFORT * len(raw):
            continue
        if failures > _FAILURES:
            break
        try:
            value, end = decoder.raw_decode(raw, start)
        except RecursionError:
            return "The JSON is nested too deeply.", "", 0
        except json.JSONDecodeError as cause:
            end, failed, failures = cause.pos, True, failures + 1
            broken_at = start if ours else broken_at
            closed = raw.rstrip("` \n").endswith("}")
            problem = f"It is not valid JSON: {shorten(str(cause), 100)}." if closed else "The JSON object is cut off."
        except ValueError:
            return "The JSON holds a number that is too long.", "", 0
        else:
            failed = False
            found.append(_Found(start, end, value))
        effort += end - start
    return found, problem, broken_at


def _inside(place: int, whole: list[_Found]) -> bool:
    before = bisect_right(whole, place, key=lambda one: one.start)
    return before > 0 and place < whole[before - 1].end


def _unwrapped(found: _Found, keys: Collection[str]) -> _Found | None:
    """Return an object with some of the keys: the one that was found, else the last one wrapped in it."""
    several = [one for one in _inner(found.object, keys, 0) if one.keys() & set(keys)]
    whole = [one for one in several if all(key in one for key in keys)]
    return _Found(found.start, found.end, (whole or several)[-1]) if several else None


def _inner(value: object, keys: Collection[str], depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = _loaded(value)
    if isinstance(value, dict):
        named = {str(key).lower(): part for key, part in value.items()}
        yield named
        if depth < _DEPTH and not named.keys() & set(keys):
            for part in value.values():
                yield from _inner(part, keys, depth + 1)
    elif isinstance(value, list) and depth < _DEPTH:
        for part in value[:10]:
            yield from _inner(part, keys, depth + 1)


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
