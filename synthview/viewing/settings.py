"""Settings of viewing: how often, when, how long, and how people choose."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, number, section, shares
from synthview.viewing.sitting_settings import SittingSettings

__all__ = ["ChoosingSettings", "SittingSettings"]


@section
class ChoosingSettings:
    """What people pick, how they leave it, and what they press."""

    film_taste: float = number(
        0.82, unit="share", allowed=(0, 1), low=0.5, high=0.85, source="P12", scale="logit",
        about=(
            "New choices that are films rather than series where there is time for one, in the "
            "middle of people."
        ),
    )
    film_taste_spread: float = number(
        1.6, unit="logit sd", allowed=(0, 4), low=0.5, high=2, source=GUESS,
        about="How people differ in that.",
    )
    leanings_spread: float = number(
        0.8, unit="logit sd", allowed=(0, 4), low=0.4, high=1.3, source=GUESS,
        about=(
            "How profiles differ in each of these: looking into something first, giving up what "
            "is new, leaving part-way, searching, letting the next episode come, sitting through "
            "the credits, and returning to what was seen. The mean over all profiles stays."
        ),
    )
    film_time_minutes: float = number(
        60, unit="minutes", allowed=(0, 600), low=40, high=90, source=GUESS,
        about="With less time than this people rather begin an episode.",
    )
    film_when_short: float = number(
        0.3, unit="times", allowed=(0, 1), low=0.1, high=0.6, source=GUESS,
        about="How often they take a film all the same, compared with where there is time.",
    )
    for_child: float = number(
        0.77, unit="share", allowed=(0, 1), low=0.4, high=0.9, source=GUESS, scale="logit",
        about=(
            "Sittings with a child that an adult leads in which what is watched is for the child."
        ),
    )
    resume_film: float = number(
        0.87, unit="share", allowed=(0, 1), low=0.4, high=0.95, source="T24-2", scale="logit",
        about=(
            "A film left unfinished is taken up again when the next title is chosen, on the day "
            "after."
        ),
    )
    resume_fades_days: float = number(
        0.8, unit="days", allowed=(0.1, 400), low=0.5, high=5, source="T24-2", scale="log",
        about=(
            "By so many days later that is half as likely; of the gaps between days of one film "
            "59 % are one day, 21 % two or three (T24-2)."
        ),
    )
    resume_again: float = number(
        0.06, unit="times", allowed=(0, 1), low=0.03, high=0.5, source="T24-3",
        about=(
            "How much less likely that is where the film has taken two evenings already, for most "
            "people."
        ),
    )
    sees_films_in_pieces: float = number(
        0.163, unit="share of profiles", allowed=(0, 1), low=0.05, high=0.3, source="T25-4",
        scale="logit",
        about=(
            "Profiles for which that is no less likely: they see films in pieces. Of runs of three "
            "days on one film a fifth goes on to a fourth day and a quarter of those to a fifth "
            "(T25), which no chance that is the same for all would give."
        ),
    )
    leaves_in_pieces: float = number(
        0.72, unit="share", allowed=(0, 1), low=0.4, high=0.85, source="T25-5", scale="logit",
        about="Films that these leave part-way, each time.",
    )
    forget_film_days: int = number(
        28, unit="days", allowed=(1, 365), low=14, high=60, source="T24-2",
        about="After so many days a film left is forgotten.",
    )
    returns_to_tried: float = number(
        0.06, unit="share", allowed=(0, 1), low=0.01, high=0.2, source="T23-2", scale="logit",
        about="When a title is chosen, how often it is a film that was only looked into before.",
    )
    next_episode: float = number(
        0.97, unit="share", allowed=(0, 1), low=0.6, high=0.99, source="T10", scale="logit",
        about="With a series under way, how often a session goes on with it.",
    )
    latest_series: float = number(
        0.99, unit="share", allowed=(0, 1), low=0.8, high=0.999, source="T10", scale="logit",
        about="Of two series under way, how often it is the later one.",
    )
    forget_series_days: int = number(
        5, unit="days", allowed=(1, 365), low=3, high=40, source=GUESS,
        about="After so many days a series under way is forgotten.",
    )
    takes_up_season: float = number(
        0.3, unit="share of days with a sitting", allowed=(0, 1), low=0.1, high=0.7, source=GUESS,
        scale="logit",
        about=(
            "Once a new season of a series that a profile has come to the end of is out, on how "
            "many of its days it goes on with it, until it has."
        ),
    )
    knows_earlier_seasons: float = number(
        0.4, unit="share", allowed=(0, 1), low=0.1, high=0.8, source=GUESS, scale="logit",
        about=(
            "Of those who pick a series for a season that has just appeared, how many begin with "
            "that season: they have seen the others elsewhere, or before the first day."
        ),
    )
    goes_on: float = number(
        0.975, unit="share", allowed=(0, 1), low=0.8, high=0.99, source="T10", scale="logit",
        about=(
            "After an episode, how often the same session goes on with the next while there is "
            "time."
        ),
    )
    gets_up_film: float = number(
        0.12, unit="per film", allowed=(0, 100), low=0.03, high=0.35, source="T23-2", scale="log",
        about=(
            "How often somebody gets up during a film and comes back within the hour, in the "
            "middle of people, at any time of it alike."
        ),
    )
    gets_up_episode: float = number(
        0.27, unit="per episode", allowed=(0, 100), low=0.05, high=0.5, source="T20-end",
        scale="log",
        about=(
            "The same of episodes, which people break off more lightly; T20-end has 60 % of "
            "prime-time viewers see the show they choose to its end."
        ),
    )
    gets_up_spread: float = number(
        1.8, unit="log sd", allowed=(0, 3), low=0.5, high=2.2, source="T23-3",
        about=(
            "How people differ in that. A few see a film in ten pieces: the note of T23-2 has ten "
            "plays of one film in 0.1 % of pairs, five in 0.83 %."
        ),
    )
    break_minutes: float = number(
        8, unit="minutes", allowed=(0.1, 240), low=4, high=20, source=GUESS, scale="log",
        about="Median length of such a break.",
    )
    break_minutes_spread: float = number(
        0.9, unit="log sd", allowed=(0, 3), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of breaks.",
    )
    leaves_film: float = number(
        0.2, unit="share", allowed=(0, 1), low=0.1, high=0.4, source="T20-end", scale="logit",
        about=(
            "Films that are left part-way although there is time; T20-end has 60 % of prime-time "
            "viewers see the show they choose to its end."
        ),
    )
    leaves_episode: float = number(
        0.26, unit="share", allowed=(0, 1), low=0.05, high=0.35, source="T20-end", scale="logit",
        about="The same of episodes.",
    )
    leaves_for_good: float = number(
        0.1, unit="share", allowed=(0, 1), low=0.05, high=0.6, source=GUESS, scale="logit",
        about="Of those who leave a title part-way, how many leave the screen, too.",
    )
    stops_from: float = number(
        0.06, unit="share", allowed=(0, 1), low=0.01, high=0.2, source=GUESS,
        about="People stop part-way from this share of what they meant to see on.",
    )
    stops_until: float = number(
        0.94, unit="share", allowed=(0, 1), low=0.8, high=0.98, source=GUESS,
        about="Up to this share of it: nobody stops just before the end.",
    )
    rewatch: float = number(
        0.02, unit="share", allowed=(0, 1), low=0.01, high=0.1, source="T23-3", scale="logit",
        about="Choices that return to a favourite film.",
    )
    sees_again: float = number(
        0.012, unit="share", allowed=(0, 1), low=0.002, high=0.05, source="T24-3", scale="logit",
        about="Choices that return to a film seen lately, with somebody else or once more.",
    )
    comfort_series: float = number(
        0.55, unit="share", allowed=(0, 1), low=0.1, high=0.7, source="T27", scale="logit",
        about="Choices that return to the series that comforts, of those who have one.",
    )
    keeps_comfort_series: float = number(
        0.7, unit="share of profiles", allowed=(0, 1), low=0.4, high=0.9, source="T27",
        scale="logit",
        about=(
            "Profiles with a series that their people have seen and return to; T27 says that 70 % "
            "rewatch at all."
        ),
    )
    loved: float = number(
        0.06, unit="share", allowed=(0, 1), low=0.02, high=0.2, source=GUESS, scale="logit",
        about="Films seen at once to their end that become a favourite.",
    )
    sleep_aid: float = number(
        0.02, unit="share of adults", allowed=(0, 1), low=0.005, high=0.08, source=GUESS,
        scale="logit",
        about=(
            "Adults who keep one title to fall asleep with; N16-civ counts those who use any "
            "television for it."
        ),
    )
    sleep_aid_is_film: float = number(
        0.35, unit="share", allowed=(0, 1), low=0.1, high=0.6, source=GUESS, scale="logit",
        about="Of the titles people fall asleep with, how many are films.",
    )
    sleep_aid_nights: float = number(
        0.75, unit="share", allowed=(0, 1), low=0.4, high=0.95, source=GUESS, scale="logit",
        about="Late sittings of such a person that begin with it.",
    )
    sleep_aid_from: float = number(
        22, unit="hours", allowed=(12, 24), low=20, high=23.5, source=GUESS,
        about="From this time of the evening on a sitting is a late one.",
    )
    sleep_aid_until: float = number(
        3, unit="hours", allowed=(0, 12), low=1, high=5, source=GUESS,
        about="Up to this time of the morning a sitting is a late one.",
    )
    repeater: float = number(
        0.016, unit="share of profiles", allowed=(0, 1), low=0.002, high=0.05, source=GUESS,
        scale="logit",
        about=(
            "Profiles whose people have spells of returning to one favourite as often as they "
            "like; the note of T23-2 has 0.1 % of pairs of a browser and a film with ten plays."
        ),
    )
    repeater_returns: float = number(
        0.7, unit="share", allowed=(0, 1), low=0.2, high=0.8, source=GUESS, scale="logit",
        about="Choices in such a spell that fall on the favourite.",
    )
    repeater_spell_days: float = number(
        14, unit="days", allowed=(0.1, 365), low=3, high=20, source=GUESS, scale="log",
        about="Mean length of a spell beyond its first day.",
    )
    repeater_spell_spread: float = number(
        1.2, unit="log sd", allowed=(0, 3), low=0.7, high=1.6, source=GUESS,
        about=(
            "Spread of that length: most spells are of some days, and a few of weeks; the note of "
            "T24-2 knows somebody with one film on 33 days."
        ),
    )
    repeater_every_days: int = number(
        90, unit="days", allowed=(1, 3650), low=40, high=200, source=GUESS, scale="log",
        about="How long it is from the beginning of a spell to that of the next.",
    )
    repeat_cap: int = number(
        5, unit="days", allowed=(1, 30), low=3, high=6, source="T25-5",
        about="On how many days of 18 ordinary viewing may return to one film.",
    )
    give_up: float = number(
        0.3, unit="share", allowed=(0, 1), low=0.2, high=0.35, source=GUESS, scale="logit",
        about=(
            "New films and series given up early; P20 says that 35 % more households start than "
            "watch 70 %."
        ),
    )
    tries_first: float = number(
        0.16, unit="share", allowed=(0, 1), low=0.05, high=0.4, source="T20-sample", scale="logit",
        about=(
            "Choices early in a sitting that only look into something; in 30 % of prime-time "
            "sittings several shows are tried (T20-sample)."
        ),
    )
    most_tries: int = number(
        3, unit="titles", allowed=(0, 20), low=1, high=5, source=GUESS,
        about="Among how many first titles of a sitting such tries are.",
    )
    sample_minutes: float = number(
        4.5, unit="minutes", allowed=(0.1, 600), low=1.5, high=10, source=GUESS, scale="log",
        about=(
            "Median time for which a title is tried before it is given up early; T17 suggests the "
            "range."
        ),
    )
    sample_minutes_spread: float = number(
        1.0, unit="log sd", allowed=(0, 3), low=0.5, high=1.5, source=GUESS,
        about="Spread of that time.",
    )
    glances: float = number(
        0.3, unit="share", allowed=(0, 1), low=0.1, high=0.6, source=GUESS, scale="logit",
        about="Titles given up within minutes that are left within seconds: it is another film, "
              "it has begun by itself, or it does not look like what they want.",
    )
    glance_seconds: float = number(
        25, unit="seconds", allowed=(2, 600), low=10, high=60, source=GUESS, scale="log",
        about="Median time until these are left.",
    )
    glance_seconds_spread: float = number(
        0.9, unit="log sd", allowed=(0, 3), low=0.5, high=1.3, source=GUESS,
        about="Spread of that time.",
    )
    lingers: float = number(
        0.33, unit="share", allowed=(0, 1), low=0.15, high=0.6, source=GUESS, scale="logit",
        about="Titles given up that are not left within minutes but somewhere in the first half.",
    )
    lingers_until: float = number(
        0.56, unit="share", allowed=(0, 1), low=0.3, high=0.9, source=GUESS,
        about="By this share of its length they have given it up.",
    )
    titles_looked_at: int = number(
        4, unit="titles", allowed=(1, 4), low=2, high=4, source=GUESS,
        about=(
            "Titles of which somebody looks for one that is new to them before they leave the "
            "menu."
        ),
    )
    film_stretch_minutes: float = number(
        40, unit="minutes", allowed=(0, 600), low=20, high=60, source=GUESS,
        about="By how much a sitting is made longer to see a film out.",
    )
    episode_stretch_minutes: float = number(
        35, unit="minutes", allowed=(0, 600), low=10, high=45, source=GUESS,
        about="By how much it is made longer to see an episode out.",
    )
    enough_minutes: float = number(
        4, unit="minutes", allowed=(0.1, 60), low=2, high=10, source=GUESS,
        about="With less time left than this nobody begins another title.",
    )
    sits_through: float = number(
        0.2, unit="share", allowed=(0, 1), low=0.05, high=0.4, source=GUESS, scale="logit",
        about="Titles seen out that run on to the last second of their credits.",
    )
    lets_it_come: float = number(
        0.72, unit="share", allowed=(0, 1), low=0.5, high=0.9, source=GUESS, scale="logit",
        about="Next episodes of a sitting that come by autoplay.",
    )
    choose_by: dict[str, float] = shares(
        {"browse": 0.715, "new_release": 0.085, "search": 0.20}, source=GUESS,
        about="How a new title is found; by T21 two thirds of hours come from the home page.",
    )
    pauses_per_hour: float = number(
        0.9, unit="per hour", allowed=(0, 60), low=0.3, high=2, source=GUESS, scale="log",
        about="Pauses while playing.",
    )
    seeks_per_hour: float = number(
        0.7, unit="per hour", allowed=(0, 60), low=0.2, high=2, source=GUESS, scale="log",
        about="Jumps forwards or back while playing.",
    )
    pause_seconds: float = number(
        95, unit="seconds", allowed=(1, 10_000), low=40, high=240, source=GUESS, scale="log",
        about="Median length of a pause.",
    )
    pause_seconds_spread: float = number(
        1.3, unit="log sd", allowed=(0, 3), low=0.9, high=1.7, source=GUESS,
        about="Spread of that length: some pauses are for a meal.",
    )
    jumps: dict[str, float] = shares(
        {"back_10": 0.34, "on_10": 0.26, "back_30": 0.14, "on_30": 0.16, "past_opening": 0.1},
        source=GUESS,
        about="Jumps by ten seconds, by half a minute, and past an opening.",
    )
    presses_spread: float = number(
        0.8, unit="log sd", allowed=(0, 3), low=0.4, high=1.2, source=GUESS,
        about="How homes differ in how often they pause and jump; the mean over all stays.",
    )
    thumbs_per_play: float = number(
        0.02, unit="share", allowed=(0, 1), low=0.005, high=0.05, source=GUESS, scale="logit",
        about="Plays that get a thumb, in the mean over profiles.",
    )
    thumbs_spread: float = number(
        1.6, unit="log sd", allowed=(0, 3), low=1, high=2, source=GUESS,
        about="How profiles differ in that: most hardly ever rate, and some rate nearly all.",
    )
    browse_seconds: float = number(
        75, unit="seconds", allowed=(1, 3600), low=60, high=90, source=GUESS,
        about="Median time spent choosing; T21 says 60 to 90 seconds, surveys (T22) minutes.",
    )
    browse_seconds_spread: float = number(
        0.9, unit="log sd", allowed=(0, 3), low=0.5, high=1.3, source=GUESS,
        about="Spread of the time spent choosing.",
    )
    quick_seconds: float = number(
        12, unit="seconds", allowed=(1, 600), low=5, high=30, source=GUESS, scale="log",
        about="Mean time from sitting down to the press where it is known what comes.",
    )
    quick_seconds_spread: float = number(
        0.7, unit="log sd", allowed=(0, 3), low=0.4, high=1, source=GUESS,
        about="Spread of such times.",
    )
    quick_next_seconds: float = number(
        4, unit="seconds", allowed=(1, 600), low=2, high=10, source=GUESS, scale="log",
        about="The same where the next episode is pressed in the sitting of the one before.",
    )
    credits_seconds: float = number(
        9, unit="seconds", allowed=(0.1, 600), low=4, high=25, source=GUESS, scale="log",
        about="Median time for which people stay once the closing credits have begun.",
    )
    credits_seconds_spread: float = number(
        0.8, unit="log sd", allowed=(0, 3), low=0.5, high=1.2, source=GUESS,
        about="Spread of that time.",
    )
