"""How exports of Netflix name what was played: ``Series: Season 1: Name (Episode 2)``."""

from __future__ import annotations

import polars as pl

__all__ = ["LANGUAGES", "WORDS", "shown_titles", "words_of"]

WORDS = {
    "en": ("Season {}", "Episode {}"),
    "de": ("Staffel {}", "Folge {}"),
    "fr": ("Saison {}", "Épisode {}"),
    "es": ("Temporada {}", "Episodio {}"),
    "pt": ("Temporada {}", "Episódio {}"),
    "it": ("Stagione {}", "Episodio {}"),
    "nl": ("Seizoen {}", "Aflevering {}"),
    "sv": ("Säsong {}", "Avsnitt {}"),
    "da": ("Sæson {}", "Afsnit {}"),
    "nb": ("Sesong {}", "Episode {}"),
    "fi": ("Kausi {}", "Jakso {}"),
    "pl": ("Sezon {}", "Odcinek {}"),
    "tr": ("Sezon {}", "Bölüm {}"),
    "ja": ("シーズン{}", "エピソード{}"),
    "ko": ("시즌 {}", "에피소드 {}"),
    "zh": ("第 {} 季", "第 {} 集"),
}
"""Season and episode in the languages of menus, with the place of their number; English stands for
the others."""
LANGUAGES = ("en", "profile")
"""One language for all, or that of each profile."""


def shown_titles(titles: pl.DataFrame, words: str, *, with_episode: bool) -> pl.DataFrame:
    """Return how each title is written, by ``title_id`` and ``words``.

    `words` is one of `LANGUAGES`: in one language, or in each that a profile may have.

    A film is its name, and so is a trailer. An episode has its series and season before it, and
    with `with_episode` its number behind it.
    """
    languages = [*WORDS] if words == "profile" else [words]
    texts = [_in_language(titles, one, with_episode=with_episode) for one in languages]
    return pl.concat(texts)


def _in_language(titles: pl.DataFrame, words: str, *, with_episode: bool) -> pl.DataFrame:
    season, episode = WORDS[words]
    of_season = pl.format(f"{{}}: {season}: {{}}", "series_name", "season_number", "name")
    of_series = pl.format("{}: {}", "series_name", "name")
    number = pl.format(f" ({episode})", "episode_number")
    ending = number.fill_null("") if with_episode else pl.lit("")
    long_name = pl.coalesce(of_season, of_series) + ending
    is_episode = pl.col("kind") == "episode"
    shown = pl.when(is_episode).then(pl.coalesce(long_name, "name")).otherwise("name")
    return titles.select("title_id", words=pl.lit(words), shown=shown)


def words_of(language: pl.Expr) -> pl.Expr:
    """Return the key of `WORDS` for the language of a profile, such as ``de-AT``."""
    first = language.str.slice(0, 2)
    return pl.when(first.is_in(list(WORDS))).then(first).otherwise(pl.lit("en"))
