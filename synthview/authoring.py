"""All that the author of an actor or fault imports, from one module.

    from synthview.authoring import Actor, GUESS, Proposal, Scene, number, offer, section, sit

`docs/actors.md` has a whole actor that needs nothing else. `synthview new actor NAME` writes one.
"""

from __future__ import annotations

from synthview.draws.chance import Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Copies, Damage, Fault, Record, Touched
from synthview.people.ages import ADULT, CHILD, TEEN
from synthview.people.guests import Guests
from synthview.people.homes import COMPUTER, FIRST_PHONE, SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, choice, fact, number, section
from synthview.sinks.sheets import SinkFault
from synthview.stage.actor import Actor
from synthview.stage.disguise import dial
from synthview.stage.edits import NO_ERROR, Attends, Breaks, Dozes, Edits, Presses, Routes
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, insert, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS, date_of
from synthview.world.popularity import ADULTS, FILMS

__all__ = [
    "ADULT",
    "ADULTS",
    "CHILD",
    "COMPUTER",
    "DAY_MS",
    "FILMS",
    "FIRST_PHONE",
    "GUESS",
    "HOUR_MS",
    "MINUTE_MS",
    "NO_ERROR",
    "SECOND_TV",
    "TABLET",
    "TEEN",
    "TV",
    "Actor",
    "Attends",
    "Breaks",
    "Copies",
    "Damage",
    "Dozes",
    "Edits",
    "Fault",
    "Flags",
    "Guests",
    "Homes",
    "Ints",
    "Presses",
    "Proposal",
    "Quantiles",
    "Record",
    "Routes",
    "Scene",
    "Script",
    "SinkFault",
    "Stream",
    "Touched",
    "children",
    "choice",
    "date_of",
    "dial",
    "fact",
    "insert",
    "number",
    "offer",
    "one_of_the_home",
    "section",
    "sit",
]
