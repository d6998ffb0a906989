"""Invented people, titles and devices; word lists are read only when asked for."""

from synthview.pools.devices import TEST_RIG, Model, app_versions, device_models
from synthview.pools.people import (
    NamePool,
    ProfileLabels,
    frozen_digest,
    frozen_locales,
    names,
    profile_labels,
)
from synthview.pools.titles import (
    TitleGrammar,
    compose,
    compose_foreign,
    episode_name,
    episode_names,
    genres,
    title_grammar,
    trailer_name,
)

__all__ = [
    "TEST_RIG",
    "Model",
    "NamePool",
    "ProfileLabels",
    "TitleGrammar",
    "app_versions",
    "compose",
    "compose_foreign",
    "device_models",
    "episode_name",
    "episode_names",
    "frozen_digest",
    "frozen_locales",
    "genres",
    "names",
    "profile_labels",
    "title_grammar",
    "trailer_name",
]
