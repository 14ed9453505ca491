"""Settings: defaults, precedence, and what is said where one cannot be."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from digest.config import Config, PathsConfig, Price, ServicesConfig, load
from digest.errors import ConfigError
from digest.pipeline.plan import order_for
from tests.wording import Reads

SHOWN = Path(__file__).parents[2] / "config.yaml"


def _load(folder: Path, raw: str | bytes = "", environ: Mapping[str, str] | None = None) -> Config:
    file = folder / "config.yaml"
    file.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return load(file, environ or {})


def _refusal(folder: Path, raw: str | bytes = "", environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        _load(folder, raw, environ)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _keys(value: object, path: str = "") -> set[str]:
    """Return all keys of a table, `prices` as one."""
    if not isinstance(value, dict) or path == "llm.prices":
        return {path}
    return {key for name, inner in value.items() for key in _keys(inner, f"{path}.{name}" if path else name)}


def test_the_commented_file_shows_every_key_with_its_default() -> None:
    shown = yaml.safe_load(SHOWN.read_text("utf-8"))

    assert _keys(shown) == _keys(Config().model_dump())
    assert load(SHOWN, {}).model_copy(update={"paths": PathsConfig()}) == Config()


def test_a_folder_with_nothing_in_it_is_configured(tmp_path: Path) -> None:
    config = load(tmp_path / "config.yaml", {})

    assert config.selection == Config().selection
    assert config.paths == PathsConfig(
        posts=tmp_path / "_posts",
        data=tmp_path / "_data/digests",
        templates=tmp_path / "templates",
        cache=tmp_path / ".cache",
        site=tmp_path / "_site",
        exports=tmp_path / "_exports",
        lists=tmp_path,
    )


@pytest.mark.parametrize("raw", ["", "# nothing\n", "llm:\n#  model: x\n", "---\n", "null\n"])
def test_a_file_that_says_nothing_changes_nothing(tmp_path: Path, raw: str) -> None:
    assert _load(tmp_path, raw) == load(tmp_path / "config.yaml", {})


def test_only_what_differs_has_to_be_written(tmp_path: Path) -> None:
    config = _load(tmp_path, "language: en\npost: {tags: [ai]}\nllm: {prices: {mine: {input: 1, output: 2}}}\n")

    assert (config.language, config.timezone) == ("en", "Asia/Seoul")
    assert (config.post.tags, config.post.slug) == (("ai",), "daily-papers")
    assert config.llm.prices == {**Config().llm.prices, "mine": Price(input=1, output=2)}
    assert config.llm.model == "gpt-5-mini"


def test_paths_are_relative_to_the_file_wherever_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.chdir(tmp_path)
    (site / "config.yaml").write_text("paths: {posts: ../posts, cache: /var/cache/digest}\n")

    paths = load(Path("site/config.yaml"), {}).paths

    assert paths.posts.resolve() == tmp_path / "posts"
    assert paths.cache == Path("/var/cache/digest")
    assert paths.data == site / "_data/digests"


def test_the_environment_overrides_the_file_key_by_key(tmp_path: Path) -> None:
    raw = "selection: {limit: 3, min_upvotes: 2}\nservices: {arxiv: https://a.example}\n"
    environ = {
        "DIGEST_SELECTION__LIMIT": "10",
        "DIGEST_SERVICES__HUGGINGFACE": "http://127.0.0.1:8000/",
        "digest_language": "en",
        "DIGEST_POST__TAGS": '["a", "b"]',
        "DIGEST_PACE": '{"arxiv": 0}',
        "DIGEST_LLM__MAX_COST_PER_RUN": "0.5",
        "UNRELATED": "x",
        "DIGEST_TEST_DATA": "/somewhere",
    }

    config = _load(tmp_path, raw, environ)

    assert (config.selection.limit, config.selection.min_upvotes) == (10, 2)
    assert config.services == ServicesConfig(arxiv="https://a.example", huggingface="http://127.0.0.1:8000")
    assert (config.language, config.post.tags) == ("en", ("a", "b"))
    assert (config.pace.arxiv, config.pace.arxiv_api) == (0.0, 3.0)
    assert config.llm.max_cost_per_run == 0.5


def test_variables_of_the_ecosystem_are_understood_and_our_own_win(tmp_path: Path) -> None:
    theirs = {
        "HF_ENDPOINT": "https://hf-mirror.com",
        "OPENAI_BASE_URL": "http://localhost:11434/v1/",
        "OPENAI_MODEL": "m",
    }

    config = _load(tmp_path, "llm: {model: from-file}\n", theirs)
    both = _load(tmp_path, "", theirs | {"DIGEST_LLM__MODEL": "ours", "OPENAI_BASE_URL": ""})

    assert config.services.huggingface == "https://hf-mirror.com"
    assert (config.llm.base_url, config.llm.model) == ("http://localhost:11434/v1", "m")
    assert (both.llm.base_url, both.llm.model) == (None, "ours")


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        ('site: {title: ""}\n', "config.yaml:1: site.title: is empty, got ''"),
        ("selectoin: {limit: 3}\n", "config.yaml:1: unknown key 'selectoin' — did you mean 'selection'?"),
        ("\nselection:\n  limt: 3\n", "config.yaml:3: unknown key 'selection.limt' — did you mean 'limit'?"),
        (
            "check: {zzz: 3}\n",
            "config.yaml:1: unknown key 'check.zzz' — known: unresolved, verify, verify_model",
        ),
        (
            "\n\nselection:\n  min_upvotes: 1\n  limit: many\n",
            "config.yaml:5: selection.limit: expected a whole number, got 'many'",
        ),
        (
            "sources: [{use: arxiv}, {use: arxiv, categories: [cs.RO]}]\n",
            "config.yaml:1: sources: two sources are called 'arxiv': give one of them another `name`",
        ),
        (
            "profiles: {default: {}}\n",
            "config.yaml:1: profiles.default.[key]: is what the settings outside of profiles are called: "
            "give it another name, got 'default'",
        ),
        (
            "profiles: {papers: {}}\n",
            "config.yaml:1: profiles.papers.[key]: is a folder of every site: give it another name, got 'papers'",
        ),
        (
            "profiles: {a: {post: {slug: x}}, b: {post: {slug: x}}}\n",
            "config.yaml:1: profiles: posts of two of them end with 'x': give one another post.slug",
        ),
        (
            "languages: [ko, en]\nprofiles: {a: {post: {slug: daily-papers-en}}}\n",
            "config.yaml:1: profiles: posts of two of them end with 'daily-papers-en': give one another post.slug",
        ),
        (
            "selection: {limit: 0}\n",
            "config.yaml:1: selection.limit: must be at least 1, got 0",
        ),
        (
            "selection: {limit: 0}\nsite: {per_page: 0}\n",
            "config.yaml:1: selection.limit: must be at least 1, got 0 (1 more)",
        ),
        ("timezone: Mars/Base\n", "config.yaml:1: timezone: unknown time zone (example: Asia/Seoul), got 'Mars/Base'"),
        (
            "timezone: ../../etc/passwd\n",
            "config.yaml:1: timezone: unknown time zone (example: Asia/Seoul), got '../../etc/passwd'",
        ),
        ("post: {time: 10:15:00}\n", 'config.yaml:1: post.time: write it in quotes, like "08:15:00", got 36900'),
        ("post: {tags: papers}\n", "config.yaml:1: post.tags: expected a list, got 'papers'"),
        ("language: no\n", "config.yaml:1: language: expected a string, got False"),
        ("language: [ko]\n", "config.yaml:1: language: expected a string"),
        ("llm: {timeout: .inf}\n", "config.yaml:1: llm.timeout: must be at most 3600, got inf"),
        (
            "selection: {include: ['']}\n",
            "config.yaml:1: selection.include.0: must match \\S, got ''",
        ),
        (
            "fulltext: {order: []}\n",
            "config.yaml:1: fulltext.order: is empty",
        ),
        (
            "services: {arxiv: arxiv.org}\n",
            "config.yaml:1: services.arxiv: must be an http(s) URL without user info, query or fragment, "
            "got 'arxiv.org'",
        ),
        ("llm:\n  model: a\nllm:\n  model: b\n", "config.yaml:3: invalid YAML: duplicate key llm"),
        ("a: b: c\n", "config.yaml:1: invalid YAML: <words>"),
        ("\n\tlanguage: ko\n", "config.yaml:2: invalid YAML: <words>"),
        ("- language\n", "config.yaml:1: expected settings such as `language: ko`"),
        ("words\n", "config.yaml:1: expected settings such as `language: ko`"),
        ("1: 2\n", "config.yaml:1: expected settings such as `language: ko`"),
    ],
)
def test_what_cannot_be_is_refused_by_file_line_and_key(tmp_path: Path, raw: str, refusal: str) -> None:
    assert _refusal(tmp_path, raw) == Reads(refusal)


@pytest.mark.parametrize(
    ("environ", "refusal"),
    [
        (
            {"DIGEST_SELECTION__LIMT": "3"},
            "environment variable DIGEST_SELECTION__LIMT: unknown key 'selection.limt' — did you mean 'limit'?",
        ),
        (
            {"DIGEST_SELECTOIN__LIMIT": "3"},
            "environment variable DIGEST_SELECTOIN__LIMIT: unknown key 'selectoin' — did you mean 'selection'?",
        ),
        (
            {"DIGEST_LANGAUGE": "en"},
            "environment variable DIGEST_LANGAUGE: unknown key 'langauge' — did you mean 'language'?",
        ),
        (
            {"DIGEST_SELECTION__LIMIT": "many"},
            "environment variable DIGEST_SELECTION__LIMIT: selection.limit: expected a whole number, got 'many'",
        ),
        (
            {"DIGEST_LANGUAGE": "en", "DIGEST_POST__TAGS": "a,b"},
            'environment variable DIGEST_POST__TAGS: invalid value — write lists and mappings as JSON, like ["a", "b"]',
        ),
        (
            {"HF_ENDPOINT": "hf-mirror.com"},
            "environment variable HF_ENDPOINT: services.huggingface: must be an http(s) URL without user info, query "
            "or fragment, got 'hf-mirror.com'",
        ),
    ],
)
def test_a_variable_that_cannot_be_is_refused_by_its_name(
    tmp_path: Path, environ: dict[str, str], refusal: str
) -> None:
    raw = "selection: {min_upvotes: 1}\nservices: {arxiv: https://a.b}\n"

    assert _refusal(tmp_path, raw, environ) == Reads(refusal)


@pytest.mark.parametrize(
    ("raw", "environ"),
    [
        ("llm: {base_url: 'http://user:hunter2@host/v1'}\n", {}),
        ("llm: {api_key: sk-hunter2}\n", {}),
        ("llm: {timeout: sk-hunter2}\n", {}),
        ("llm: [sk-hunter2]\n", {}),
        ("services: {huggingface: 'https://h.co?token=hunter2'}\n", {}),
        ("selection: {limit: hf_hunter2}\n", {}),
        ("api_key: hunter2 'x\n  : [\n", {}),
        ("", {"OPENAI_BASE_URL": "https://user:hunter2@host"}),
        ("", {"DIGEST_LLM__API_KEY": "hunter2"}),
        ("", {"DIGEST_LLM": "hunter2"}),
        ("", {"OPENAI_API_KEY": "hunter2", "DIGEST_SELECTION__LIMIT": "x"}),
    ],
)
def test_no_secret_is_repeated(tmp_path: Path, raw: str, environ: dict[str, str]) -> None:
    assert "hunter2" not in _refusal(tmp_path, raw, environ)


def test_aliases_that_grow_and_aliases_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    lists = "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    tables = "".join(f"k{n}: &a{n} {{a: *a{n - 1}, b: *a{n - 1}}}\n" for n in range(1, 30))

    for raw in (
        f"k0: &a0 [x]\n{lists}language: *a29\n",
        f"k0: &a0 {{x: y}}\n{tables}llm: *a29\n",
        "llm: &a {model: *a}\n",
    ):
        assert _refusal(tmp_path, raw) == "config.yaml:1: invalid YAML: aliases of lists or mappings are not supported"
    assert _load(tmp_path, "language: &a en\nllm: {model: *a}\n").llm.model == "en"


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "[" * 100_000) == Reads("config.yaml:1: invalid YAML: <words>")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, b"language: \xff\xfe\n").endswith("config.yaml: cannot be read: not UTF-8")
    with pytest.raises(ConfigError, match="cannot be read: not a regular file"):
        load(tmp_path, {})


@given(st.text(max_size=200))
def test_any_file_is_settings_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, raw: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(raw.encode("utf-8", "replace").decode(), "utf-8")

    try:
        load(file, {})
    except ConfigError as error:
        assert "\n" not in str(error)


def test_the_day_stands_where_the_title_says_and_other_braces_stay(tmp_path: Path) -> None:
    config = _load(tmp_path, "post: {title: '{date}: {x} {{ y }} 100% {date}', slug: ai}\n")

    order = order_for(config, date(2025, 11, 17), ())

    assert order.header.title == "2025-11-17: {x} {{ y }} 100% 2025-11-17"
    assert order.file == "2025-11-17-ai.md"


def test_words_for_readers_are_one_line_that_can_be_written(tmp_path: Path) -> None:
    config = _load(tmp_path, 'site: {title: "a\\n  b\\u202e"}\n', {"DIGEST_POST__TITLE": "x\udcff\x07y"})

    assert (config.site.title, config.post.title) == ("a b", "xy")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Config().selection.limit = 5  # type: ignore[misc]


def _parts(part: type[BaseModel] = Config) -> list[type[BaseModel]]:
    inner = [type(field.default) for field in part.model_fields.values() if isinstance(field.default, BaseModel)]
    return [part, *(deeper for one in inner for deeper in _parts(one))]


def test_every_group_says_what_it_is_for() -> None:
    assert [part.__name__ for part in _parts() if not part.__doc__] == []


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (
            "llm: {prices: {m: {input: 1, output: 1, cached_input: 1}}}",
            "config.yaml:1: unknown key 'llm.prices.m.cached_input' — did you mean 'cached'?",
        ),
        (
            "llm: {fallback: [{model: m, base_rul: x}]}",
            "config.yaml:1: unknown key 'llm.fallback.0.base_rul' — did you mean 'base_url'?",
        ),
        (
            "profiles: {taste: {selection: {limt: 3}}}",
            "config.yaml:1: unknown key 'profiles.taste.selection.limt' — did you mean 'limit'?",
        ),
        (
            "taste: {examples: {zotero: {librry: x}}}",
            "config.yaml:1: unknown key 'taste.examples.zotero.librry' — did you mean 'library'?",
        ),
    ],
)
def test_an_unknown_key_in_a_list_or_mapping_is_answered_with_the_nearest_known_one(
    tmp_path: Path, raw: str, refusal: str
) -> None:
    assert _refusal(tmp_path, raw).endswith(refusal)


def test_a_language_beside_other_languages_is_refused_with_both_unless_it_is_the_first_of_them(tmp_path: Path) -> None:
    alike = _load(tmp_path, "language: ko\nlanguages: [ko, en]\n")
    listed = _load(tmp_path, "languages: [en]\n")

    assert (alike.language, listed.language) == ("ko", "en")
    assert [
        _refusal(tmp_path, "timezone: UTC\nlanguage: ko\nlanguages: [en]\n"),
        _refusal(tmp_path, "languages: [ko, en]\n", {"DIGEST_LANGUAGE": "en"}),
    ] == [
        "config.yaml:2: language: ko, but languages: [en] — take `language` out, or begin `languages` with it",
        "environment variable DIGEST_LANGUAGE: language: en, but languages: [ko, en]"
        " — take `language` out, or begin `languages` with it",
    ]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://논문.한국/요약/", "https://xn--s80bq8p.xn--3e0b707e/%EC%9A%94%EC%95%BD"),
        ("https://example.org:8443/%EC%9A%94%EC%95%BD", "https://example.org:8443/%EC%9A%94%EC%95%BD"),
        ("http://127.0.0.1:9/a~b/(c)", "http://127.0.0.1:9/a~b/(c)"),
    ],
)
def test_an_address_in_any_script_is_kept_as_machines_write_it(tmp_path: Path, written: str, url: str) -> None:
    assert _load(tmp_path, f"site: {{url: '{written}'}}").site.url == url


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("Korea", "Asia/Seoul"), ("south korea", "Asia/Seoul"), ("Seoul", "Asia/Seoul"), ("Asia/Soeul", "Asia/Seoul"),
     ("Berlin", "Europe/Berlin"), ("europe/pariss", "Europe/Paris")],
)  # fmt: skip
def test_an_unknown_time_zone_comes_with_the_one_that_was_meant(tmp_path: Path, wrong: str, meant: str) -> None:
    (tmp_path / "config.yaml").write_text(f"timezone: {wrong}\n", "utf-8")

    with pytest.raises(ConfigError, match=rf"unknown time zone \(did you mean {meant}\?\)"):
        load(tmp_path / "config.yaml", {})


@pytest.mark.parametrize(
    ("paths", "same"),
    [("{cache: _posts}", "posts and cache"), ("{posts: data, data: ./data}", "posts and data"),
     ("{site: x/../_exports}", "site and exports")],
)  # fmt: skip
def test_two_kinds_of_files_never_share_a_folder(tmp_path: Path, paths: str, same: str) -> None:
    (tmp_path / "config.yaml").write_text(f"paths: {paths}\n", "utf-8")

    with pytest.raises(ConfigError, match=f"{same} are the same folder: give each its own"):
        load(tmp_path / "config.yaml", {})


@pytest.mark.parametrize(
    "settings",
    [
        {"selection": {"limit": True}},
        {"run": {"look_back": False}},
        {"llm": {"max_cost_per_run": True}},
        {"llm": {"prices": {"m": {"input": True, "output": 1}}}},
    ],
)
def test_yes_and_no_are_no_numbers(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="expected a number, not true or false"):
        Config.model_validate(settings)


def test_yes_and_no_are_what_switches_take() -> None:
    config = Config.model_validate({"post": {"weeks": True}, "site": {"cards": False}})

    assert (config.post.weeks, config.site.cards) == (True, "off")
