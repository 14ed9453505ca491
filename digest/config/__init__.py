"""The settings: every knob a typed field with default and range, one frozen class per stage.

Precedence: environment, then config.yaml, then the defaults. Reads the file it is given and the mapping it is given
as environment; nothing else. Secrets are no settings: keys come from the environment at the place of use.
"""

from digest.config.loader import WELL_KNOWN, load
from digest.config.models import API_KEY, ModelAccess, key_names, model_accesses
from digest.config.settings import (
    PREFIX,
    CheckConfig,
    Config,
    FallbackModel,
    FetchConfig,
    FulltextConfig,
    LLMConfig,
    NotifyConfig,
    PaceConfig,
    PathsConfig,
    PostConfig,
    Price,
    RunConfig,
    SelectionConfig,
    ServicesConfig,
    SiteConfig,
    SourcesConfig,
    SummarizeConfig,
)
from digest.config.taste import ExamplesConfig, TasteConfig, ZoteroConfig

__all__ = [
    "API_KEY",
    "PREFIX",
    "WELL_KNOWN",
    "CheckConfig",
    "Config",
    "ExamplesConfig",
    "FallbackModel",
    "FetchConfig",
    "FulltextConfig",
    "LLMConfig",
    "ModelAccess",
    "NotifyConfig",
    "PaceConfig",
    "PathsConfig",
    "PostConfig",
    "Price",
    "RunConfig",
    "SelectionConfig",
    "ServicesConfig",
    "SiteConfig",
    "SourcesConfig",
    "SummarizeConfig",
    "TasteConfig",
    "ZoteroConfig",
    "key_names",
    "load",
    "model_accesses",
]
