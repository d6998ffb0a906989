"""What `synthview new` writes: files that run as they are, with a comment wherever one goes on."""

from __future__ import annotations

__all__ = ["ACTOR", "CLAIM", "FILM", "PROJECT", "SCENARIO", "TEST"]

ACTOR = '''"""{Title}: a sentence on what happens, and why nobody is there."""

import numpy as np

from synthview.authoring import (
    ADULTS,
    FILMS,
    GUESS,
    HOUR_MS,
    SECOND_TV,
    TV,
    Actor,
    Proposal,
    children,
    number,
    offer,
    section,
    sit,
)


@section
class {Class}(Actor):
    """{Title} starts a film now and then, and nobody watches it.

    This is its manual, which `synthview show {name}` prints. Say what it does, where and when.
    """

    of_homes = False  # `rate` counts acts; True: it is the share of homes that have it for good
    tells = ("a film by day that nobody goes on with",)  # what may show in the log by rights

    rate: float = number(
        0.05,
        unit="times per home and day",
        allowed=(0, 4),
        low=0.01,
        high=0.2,
        source=GUESS,
        about="How often it happens.",
    )

    def suits(self, homes):  # the homes in which it can act at all: here those with a dog
        return homes.has_dog

    def propose(self, scene):  # sessions and plays of its own on one local day
        rows = scene.rows  # homes it applies to
        count = scene.stream("how_often").poisson(scene.day_key(rows), self.rate, ceiling=4.0)
        row, ordinal = children(np.minimum(count, 8))  # one row for each act
        home = rows[row]
        key = scene.session_key(home, ordinal)  # every draw is about an id, never about a row
        start = scene.utc(home, 9 * HOUR_MS + scene.stream("hour").below(key, 8 * HOUR_MS))
        screen = scene.screen(home, start, (TV, SECOND_TV))
        sessions = sit(scene, home, ordinal, start, HOUR_MS, screen)  # an hour at most
        film = scene.popular(scene.stream("which").bits(key), home, FILMS, ADULTS)
        found = np.flatnonzero(film >= 0)
        plays = offer(scene, sessions, found, 0, film[found], pressed=False)
        return Proposal(("started a film",), sessions, plays)
'''

TEST = '''"""{Title} keeps the contract of actors, and acts."""

import pytest
from {name} import {Class}

from synthview.checks.contract import RULES, Trial


@pytest.mark.parametrize("rule", RULES)
def test_it_keeps_the_contract(rule):
    """Each rule returns sentences that say what is wrong."""
    assert rule(Trial({Class}, {{"rate": 1.0}})) == []


@pytest.mark.synthview(scenario="tiny", households=60, cast={{"{name}": 2}})
def test_it_acts(synthview):
    """Two homes, and no others. Add what only your actor does."""
    told = synthview.dataset.summary().filter(name="{name}")
    assert told["homes"].to_list() == [2]
'''

PROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "0.1"
dependencies = ["synthview"]

# synthview finds the actor by this; it is off until a scenario names it.
[project.entry-points."synthview.actors"]
{name} = "{name}:{Class}"

[tool.setuptools]
py-modules = ["{name}"]
"""

SCENARIO = """# {Title}: one sentence that a colleague understands.
about = "What this world shows."
based_on = "everyday"  # everything that is not said here; synthview show everyday prints it
# without = ["misclick"]  # actors and faults that are off; "actors" and "faults" mean all of them

[run]
households = 100
days = 7
seed = 1

[cast]  # so many households in which each acts: synthview list actors, synthview list faults
reseller = 1

[actors]
stream_errors = {{ rate = 0.02 }}  # other rates of those who are on

# [sittings]
# together = 0.3  # any setting, by its section: synthview list settings
"""

FILM = """# {Title}: a film that appears, and how many see it.
about = "A film of our own appears."
based_on = "everyday"

[run]
start = 2017-11-17
days = 10
households = 300

[[titles]]
name = "{Title}"
released_on = 2017-11-17
runtime_minutes = 95
genres = ["romance"]  # one or two, the most fitting first
is_original = true  # offered in every country
popularity_rank = 50  # its place among films on the day it appears; 1 is seen most
source = "guess"
about = "Which of these numbers are facts, and which are guesses."

[[dated_events]]  # a day on which more people see it
name = "News about it"
title = "{Title}"
on = 2017-11-20
lift = 2
half_life_days = 2
source = "guess"
about = "Why then."
"""

CLAIM = (
    FILM
    + """
[[claims]]  # of 109 million homes unless --households says fewer; --dry-run: how long that takes
name = "{Title} every day"
kind = "streak"  # or longest, on_day, count, mean, total: synthview show claims
said = 5  # the number as it was published
title = "{Title}"
days = 5
last = 2017-11-24
quote = "The words in which it was published."
source = "guess"
about = "Who said it, where, and how it was counted if that is known."
"""
)
