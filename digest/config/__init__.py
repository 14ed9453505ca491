"""The settings: every knob a typed field with default and range, one frozen class per stage.

Precedence: environment, then config.yaml, then the defaults. Reads the file it is given and the mapping it is given
as environment; nothing else. Secrets are no settings: keys come from the environment at the place of use.
"""

from digest.config.llm import (
    API_KEY,
    OPENAI,
    EmbeddingsConfig,
    FallbackModel,
    LLMConfig,
    ModelAccess,
    Price,
    embeddings_access,
    key_names,
    model_accesses,
)
from digest.config.loader import WELL_KNOWN, load
from digest.config.plugins import PluginsConfig
from digest.config.profiles import PostConfig, ProfileConfig, SelectionConfig, Series, series_of
from digest.config.services import PaceConfig, ServicesConfig
from digest.config.settings import (
    PREFIX,
    CheckConfig,
    Config,
    FetchConfig,
    FulltextConfig,
    NotifyConfig,
    PathsConfig,
    RunConfig,
    SiteConfig,
    SummarizeConfig,
)
from digest.config.sources import (
    ArxivSource,
    FileSource,
    HuggingFaceSource,
    OpenReviewSource,
    PluginSource,
    PreprintSource,
    RssSource,
)
from digest.config.sources.source_list import SourceConfig
from digest.config.taste import ExamplesConfig, TasteConfig, ZoteroConfig

__all__ = [
    "API_KEY",
    "OPENAI",
    "PREFIX",
    "WELL_KNOWN",
    "ArxivSource",
    "CheckConfig",
    "Config",
    "EmbeddingsConfig",
    "ExamplesConfig",
    "FallbackModel",
    "FetchConfig",
    "FileSource",
    "FulltextConfig",
    "HuggingFaceSource",
    "LLMConfig",
    "ModelAccess",
    "NotifyConfig",
    "OpenReviewSource",
    "PaceConfig",
    "PathsConfig",
    "PluginSource",
    "PluginsConfig",
    "PostConfig",
    "PreprintSource",
    "Price",
    "ProfileConfig",
    "RssSource",
    "RunConfig",
    "SelectionConfig",
    "Series",
    "ServicesConfig",
    "SiteConfig",
    "SourceConfig",
    "SummarizeConfig",
    "TasteConfig",
    "ZoteroConfig",
    "embeddings_access",
    "key_names",
    "load",
    "model_accesses",
    "series_of",
]
