"""log.accounts: every state of every account, and what changes it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import public
from synthview.people.homes import Homes
from synthview.people.settings import PeopleSettings
from synthview.people.subscriptions import at_local_hours, is_active
from synthview.player.playback import STREAM_LIMITS
from synthview.pools import contacts
from synthview.pools.telephones import phone
from synthview.record.names import payer_names
from synthview.rows import Flags, Ints, turns
from synthview.tables import COUNTRIES, frame
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["account_ids", "accounts", "happenings"]

_MOST_CHANGES = 6
"""Changes of one sort that an account sees at most; later ones are not told."""
_FEWEST_A_YEAR = 1e-4
_YEAR_MS = 365 * DAY_MS
_LONGEST_MS = 300 * _YEAR_MS


def account_ids(world: World, homes: Homes) -> Ints:
    """The public id of each account."""
    return public(world.scenario.run.seed, "account").apply(homes.household)


def accounts(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    """A row for each state of each account before `until_ms`."""
    cards = _changes(
        world,
        homes,
        "card",
        _settings(world).card_changes_per_year,
    )
    emails = _changes(
        world,
        homes,
        "email",
        _settings(world).email_changes_per_year,
    )
    plans = _plan_changes(world, homes)[:, None]
    changes = np.hstack([cards, emails, plans])
    home, at_ms = _states(instants, changes, until_ms)
    states = frame(
        "log.accounts",
        {
            "account_id": account_ids(world, homes)[home],
            "valid_from": at_ms,
            "status": (_so_far(instants, home, at_ms) + 1) % 2,
            **_plans(homes, home, at_ms >= plans[home, 0]),
            **_places(world, homes, home),
            **_payers(
                world,
                homes,
                home,
                _so_far(emails, home, at_ms),
            ),
            "payment_stub": _stubs(
                world,
                homes,
                home,
                _so_far(cards, home, at_ms),
            ),
        },
    )
    visible = [pl.col(one) for one in ("account_id", "status", "plan", "email", "payment_stub")]
    differs = pl.any_horizontal((one != one.shift()).fill_null(value=True) for one in visible)
    return states.filter(differs)


def _plans(homes: Homes, home: Ints, is_later: Flags) -> dict[str, Ints]:
    """The plan in each state, and the streams that it allows."""
    plan = np.where(is_later, homes.next_plan[home], homes.plan[home])
    return {"plan": plan, "stream_limit": STREAM_LIMITS[plan]}


def _places(world: World, homes: Homes, home: Ints) -> dict[str, Any]:
    """Where the home of each state is."""
    regions = pl.Series([region.name for _, region in world.regions])
    zones = pl.Series([region.zone for _, region in world.regions])
    region = homes.region[home]
    return {
        "country": homes.country[home],
        "region": regions.gather(region),
        "time_zone": zones.gather(region),
    }


def _payers(world: World, homes: Homes, home: Ints, number: Ints) -> dict[str, pl.Series]:
    """Who pays, and how to reach them; `number` says which of their addresses it is."""
    first, family = payer_names(world, homes)
    full = [f"{one} {other}" for one, other in zip(first, family, strict=True)]
    rows = home.tolist()
    email = contacts.email(
        [first[row] for row in rows],
        [family[row] for row in rows],
        *_parts_of_emails(
            world,
            homes,
            home,
            number,
        ),
    )
    return {
        "billing_name": pl.Series(full, dtype=pl.String).gather(home),
        "email": pl.Series(email, dtype=pl.String),
        "phone": _phones(world, homes).gather(home),
    }


def _settings(world: World) -> PeopleSettings:
    return world.scenario.of(PeopleSettings)


def _so_far(instants: Ints, home: Ints, at_ms: Ints) -> Ints:
    """How many of a home's instants have passed."""
    return (instants[home] <= at_ms[:, None]).sum(axis=1)


def _states(instants: Ints, others: Ints, until_ms: int) -> tuple[Ints, Ints]:
    """Home and instant of each state, in order: of the subscription, and of changes in it."""
    home, _ = np.nonzero(instants < until_ms)
    changed, column = np.nonzero(others < until_ms)
    changed_ms = others[changed, column]
    runs = is_active(instants[changed], changed_ms)
    home = np.concatenate([home, changed[runs]])
    at_ms = np.concatenate([instants[instants < until_ms], changed_ms[runs]])
    order = np.lexsort((at_ms, home))
    home, at_ms = home[order], at_ms[order]
    is_new = np.diff(at_ms, prepend=-1) != 0
    is_first = turns(home) == 0
    return home[is_new | is_first], at_ms[is_new | is_first]


def happenings(world: World, stream: Stream, entity: Ints, per_year: float, most: int) -> Ints:
    """Instants of what happens at a steady rate since the first day, (entity, most)."""
    waits = _waits(_YEAR_MS / max(per_year, _FEWEST_A_YEAR))
    number = np.arange(most)[None, :]
    passed_ms = np.cumsum(stream.draw(entity[:, None], waits, n=number), axis=1)
    return world.first_day * DAY_MS + passed_ms


@cache
def _waits(mean_ms: float) -> Quantiles:
    return Quantiles.exponential(mean_ms, low=DAY_MS, high=_LONGEST_MS)


def _changes(world: World, homes: Homes, what: str, per_year: float) -> Ints:
    """Instants at which accounts change something, at the hours of people, (home, changes)."""
    seed, household = world.scenario.run.seed, homes.household
    stream = Stream(seed, f"people/records/{what}_changes")
    happens_ms = happenings(
        world,
        stream,
        household,
        per_year,
        _MOST_CHANGES,
    )
    hours = Stream(seed, f"people/records/{what}_hours")
    number = np.arange(_MOST_CHANGES)[None, :]
    zone = homes.zone[:, None]
    return at_local_hours(
        world,
        hours,
        household[:, None],
        zone,
        happens_ms,
        number,
    )


def _plan_changes(world: World, homes: Homes) -> Ints:
    """When somebody of each home changes its plan: on the day before the first on which it holds.

    At the hours at which people see to their accounts.
    """
    hours = Stream(world.scenario.run.seed, "people/records/plan_changes")
    noon = (homes.next_plan_day - 1) * DAY_MS + DAY_MS // 2
    noon_ms = world.clock.to_utc(homes.zone, noon)
    return at_local_hours(world, hours, homes.household, homes.zone, noon_ms, 0)


def _parts_of_emails(
    world: World, homes: Homes, home: Ints, number: Ints
) -> tuple[list[str], list[str], Ints]:
    """The style and the host of each address, and what chooses its digits."""
    settings = _settings(world)
    draw = Stream(world.scenario.run.seed, "people/records/emails")
    household = homes.household[home]
    style = draw.pick(household, Shares(settings.email_styles.values()), n=4 * number)
    styles = list(settings.email_styles)
    host = draw.pick(household, Shares(settings.mail_hosts.values()), n=4 * number + 1)
    is_of_country = draw.happens(household, settings.mail_of_country, n=4 * number + 2)
    hosts = [*settings.mail_hosts, *(f"{country.lower()}-post.example" for country in COUNTRIES)]
    of_country = len(settings.mail_hosts) + homes.country[home]
    place = np.where(is_of_country, of_country, host)
    digits = draw.below(household, 1 << 40, n=4 * number + 3)
    return [styles[one] for one in style.tolist()], [hosts[one] for one in place.tolist()], digits


def _phones(world: World, homes: Homes) -> pl.Series:
    """A number that the country reserves for fiction."""
    scrambled = public(world.scenario.run.seed, "phone").apply(homes.household)
    countries = [COUNTRIES[code] for code in homes.country.tolist()]
    return pl.Series(phone(scrambled, countries), dtype=pl.String)


def _stubs(world: World, homes: Homes, home: Ints, number: Ints) -> pl.Series:
    """What is kept of a means of payment, its kind and no number; each change is to another."""
    kinds = _settings(world).payment
    stream = Stream(world.scenario.run.seed, "people/records/payment")
    kind = stream.pick(homes.household, Shares(kinds.values()))[home]
    return pl.Series(list(kinds)).gather((kind + number) % len(kinds))
