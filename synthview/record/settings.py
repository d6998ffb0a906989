"""Settings of what people do in menus: where they look, what they type, how they rate."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, number, section, shares

__all__ = ["MenuSettings"]


@section
class MenuSettings:
    """What is clicked and typed on the way to a title."""

    looks: float = number(
        2.6, unit="titles", allowed=(0, 20), low=1, high=6, source=GUESS,
        about=(
            "Titles opened or paused at before one is chosen, in the mean; T21 has 10 to 20 that "
            "are passed over."
        ),
    )
    opens: float = number(
        0.3, unit="share", allowed=(0, 1), low=0.1, high=0.5, source=GUESS, scale="logit",
        about="Of titles looked at on the way, those whose page is opened.",
    )
    rows: dict[str, float] = shares(
        {
            "popular": 0.22, "trending": 0.2, "top_picks": 0.2, "because_you_watched": 0.16,
            "genre": 0.18, "my_list": 0.04,
        },
        source=GUESS,
        about="Rows in which a title is found by browsing; there was no row of a top ten in 2017.",
    )
    new_row: float = number(
        0.75, unit="share", allowed=(0, 1), low=0.5, high=0.95, source=GUESS, scale="logit",
        about="New titles found in the row of new releases; the others stand among what trends.",
    )
    stays_in_row: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.85, source=GUESS, scale="logit",
        about="Looks that are in the row in which the title is then found.",
    )
    next_place: float = number(
        0.86, unit="share", allowed=(0, 0.99), low=0.7, high=0.95, source=GUESS, scale="logit",
        about="Of those who look at a place of a row, who would look at the next one too, where it "
              "is of what is popular or trends.",
    )
    next_place_picks: float = number(
        0.78, unit="share", allowed=(0, 0.99), low=0.6, high=0.92, source=GUESS, scale="logit",
        about="The same for top picks and what goes with a title seen: what fits best comes first.",
    )
    next_place_new: float = number(
        0.82, unit="share", allowed=(0, 0.99), low=0.6, high=0.95, source=GUESS, scale="logit",
        about="The same for new releases: the newest come first.",
    )
    next_place_genre: float = number(
        0.9, unit="share", allowed=(0, 0.99), low=0.75, high=0.97, source=GUESS, scale="logit",
        about="The same for rows of a genre, along which people go to look for something.",
    )
    next_place_own: float = number(
        0.7, unit="share", allowed=(0, 0.99), low=0.4, high=0.85, source=GUESS, scale="logit",
        about="The same for one's own list and what to watch again: short rows, the latest first.",
    )
    next_place_under_way: float = number(
        0.4, unit="share", allowed=(0, 0.99), low=0.2, high=0.6, source=GUESS, scale="logit",
        about="The same for what is under way: the latest stands first.",
    )
    letters: float = number(
        6, unit="letters", allowed=(1, 40), low=4, high=9, source=GUESS,
        about="Letters typed before the title is picked from the results, in the mean.",
    )
    slips: float = number(
        0.07, unit="share of queries", allowed=(0, 1), low=0.03, high=0.15, source=GUESS,
        scale="logit",
        about="Queries of four letters or more with a slip of the finger.",
    )
    slips_in_vain: float = number(
        0.35, unit="share of queries", allowed=(0, 1), low=0.15, high=0.6, source=GUESS,
        scale="logit",
        about="The same for queries that lead to nothing: a slip is one of the reasons.",
    )
    words: dict[str, float] = shares(
        {"title": 0.82, "no_article": 0.04, "person": 0.08, "genre": 0.06}, source=GUESS,
        about="What is typed to find a title: its name, who plays in it, or a genre.",
    )
    tries: float = number(
        0.22, unit="share", allowed=(0, 0.9), low=0.1, high=0.4, source=GUESS, scale="logit",
        about="After each query, how often another had come before it that led to nothing.",
    )
    same_words: float = number(
        0.7, unit="share", allowed=(0, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Queries after one that led to nothing that are made of the same sort of words.",
    )
    in_vain: float = number(
        0.05, unit="share", allowed=(0, 1), low=0.02, high=0.12, source=GUESS, scale="logit",
        about="Titles found by browsing after a search that led to nothing.",
    )
    not_offered: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.8, source=GUESS, scale="logit",
        about="Of such searches, those for titles that are not to be had there, or not yet.",
    )
    thumbs_up_finished: float = number(
        0.88, unit="share", allowed=(0, 1), low=0.75, high=0.95, source=GUESS, scale="logit",
        about="Thumbs that point up for what was seen to its end.",
    )
    thumbs_up_left: float = number(
        0.55, unit="share", allowed=(0, 1), low=0.3, high=0.7, source=GUESS, scale="logit",
        about="Thumbs that point up for what was left before its end.",
    )
