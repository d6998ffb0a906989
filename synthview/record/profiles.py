"""log.profiles: whose profiles an account has, since when, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthview.draws.chance import Shares, Stream
from synthview.ids import public, within_home
from synthview.people.ages import ABSTAINER
from synthview.people.homes import PROFILES, Homes
from synthview.people.settings import PeopleSettings
from synthview.people.subscriptions import at_local_hours, is_active
from synthview.pools import profile_labels
from synthview.pools.renown import short_forms
from synthview.record.accounts import account_ids, happenings
from synthview.record.names import first_names, locales_of
from synthview.rows import Flags, Ints, Rows, Words
from synthview.tables import COUNTRIES, frame
from synthview.world import World
from synthview.world.clock import DAY_MS
from synthview.world.countries import PLACES

__all__ = ["profiles"]

_OLDER_KIDS, _ADULTS = 1, 3
_ROLES = 2
"""The first labels of grown-ups are what they are in the family; what follows are jokes."""
_MOST_RENAMINGS = 3
_LAST_DAY = 1 << 40
_NEVER_MS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class _Listed(Rows):
    """A row per state of a profile: its home and slot, since when, and the number of its name."""

    home: Ints
    slot: Ints
    since_ms: Ints
    name: Ints


def profiles(world: World, homes: Homes, instants: Ints, until_ms: int) -> pl.DataFrame:
    """Every profile of the accounts that are open before `until_ms`, with each name it had."""
    listed = _listed(
        world,
        homes,
        instants,
        until_ms,
    )
    home, slot = listed.home, listed.slot
    key = within_home(homes.household[home], slot)
    is_kids = homes.kids_profile[home] == slot
    table = frame(
        "log.profiles",
        {
            "profile_id": public(world.scenario.run.seed, "profile").apply(key),
            "account_id": account_ids(world, homes)[home],
            "valid_from": listed.since_ms,
            "name": _names(
                world,
                homes,
                listed,
                key,
                is_kids,
            ),
            "is_kids": is_kids,
            "maturity": np.where(is_kids, _OLDER_KIDS, _ADULTS),
            "language": _languages(world, homes, home, key),
        },
    )
    is_same = pl.col("name") == pl.col("name").shift().over("profile_id")
    return table.filter(~is_same.fill_null(value=False))


def _languages(world: World, homes: Homes, home: Ints, key: Ints) -> pl.Series:
    """The language of each profile's menus: that of the home, or another that its people speak."""
    settings = world.scenario.of(PeopleSettings)
    stream = Stream(world.scenario.run.seed, "people/records/language")
    names = list(settings.other_languages)
    other = stream.pick(key, Shares(settings.other_languages.values()))
    is_other = stream.happens(key, settings.other_language, n=1).tolist()
    locales = locales_of(world, homes)
    found = []
    for row, number, differs in zip(home.tolist(), other.tolist(), is_other, strict=True):
        place = PLACES[COUNTRIES[homes.country[row]]]
        is_first = locales[row] == place.locales[0]
        own = place.language if is_first else locales[row].replace("_", "-")
        found.append(names[number] if differs else own)
    return pl.Series(found, dtype=pl.String)


def _listed(world: World, homes: Homes, instants: Ints, until_ms: int) -> _Listed:
    """Every state of every profile, by home, slot and time."""
    used = _used(
        world,
        homes,
        instants,
        until_ms,
    )
    both = _Listed.stack(
        [
            used,
            _added(
                world,
                homes,
                instants,
                until_ms,
            ),
        ]
    )
    every = _Listed.stack(
        [
            both,
            _renamed(
                world,
                homes,
                instants,
                both,
                until_ms,
            ),
        ]
    )
    return every.take(np.lexsort((every.since_ms, every.slot, every.home)))


def _used(world: World, homes: Homes, instants: Ints, until_ms: int) -> _Listed:
    """Profiles of people who watch: the first since the sign-up, others up to 40 days later.

    All exist by the first simulated day, or by the sign-up where that is later.
    """
    is_there = np.arange(PROFILES) < homes.profile_count[:, None]
    home, slot = np.nonzero(is_there & (instants[:, :1] < until_ms))
    opened_ms = instants[home, 0]
    key = within_home(homes.household[home], slot)
    stream = Stream(world.scenario.run.seed, "people/records/profile_age")
    later_ms = np.where(slot == 0, 0, stream.below(key, 40 * DAY_MS))
    latest_ms = np.maximum(opened_ms, world.first_day * DAY_MS)
    since_ms = np.minimum(opened_ms + later_ms, latest_ms)
    return _Listed(
        home=home,
        slot=slot,
        since_ms=since_ms,
        name=np.zeros_like(home),
    )


def _added(world: World, homes: Homes, instants: Ints, until_ms: int) -> _Listed:
    """The profile that somebody gets who shared one before: on the day before they use it.

    Where the account does not run then, it is there once it does.
    """
    hours = Stream(world.scenario.run.seed, "people/records/profile_added_hour")
    noon = (homes.own_profile_day - 1) * DAY_MS + DAY_MS // 2
    noon_ms = world.clock.to_utc(homes.zone, noon)
    at_ms = at_local_hours(world, hours, homes.household, homes.zone, noon_ms, 0)
    later = np.where(instants > at_ms[:, None], instants, _NEVER_MS).min(axis=1)
    since_ms = np.where(is_active(instants, at_ms), at_ms, later)
    home = np.flatnonzero((homes.gets_profile >= 0) & (since_ms < until_ms))
    return _Listed(
        home=home,
        slot=homes.profile_count[home],
        since_ms=since_ms[home],
        name=np.zeros_like(home),
    )


def _renamed(world: World, homes: Homes, instants: Ints, listed: _Listed, until_ms: int) -> _Listed:
    """The same profiles under another name, from the hour at which somebody changes it."""
    at_ms = _renamings(world, homes, listed)
    happens = (at_ms < until_ms) & (at_ms > listed.since_ms[:, None])
    row, turn = np.nonzero(happens)
    runs = is_active(instants[listed.home[row]], at_ms[row, turn])
    row, turn = row[runs], turn[runs]
    renamed = listed.take(row)
    return replace(renamed, since_ms=at_ms[row, turn], name=turn + 1)


def _renamings(world: World, homes: Homes, listed: _Listed) -> Ints:
    """When each profile gets another name, (profile, renamings)."""
    seed, settings = world.scenario.run.seed, world.scenario.of(PeopleSettings)
    key = within_home(homes.household[listed.home], listed.slot)
    stream = Stream(seed, "people/records/profile_renamed")
    per_year = settings.profiles_renamed_per_year
    at_ms = happenings(
        world,
        stream,
        key,
        per_year,
        _MOST_RENAMINGS,
    )
    hours = Stream(seed, "people/records/profile_renamed_hour")
    zone, number = homes.zone[listed.home][:, None], np.arange(_MOST_RENAMINGS)[None, :]
    return at_local_hours(
        world,
        hours,
        key[:, None],
        zone,
        at_ms,
        number,
    )


def _names(world: World, homes: Homes, listed: _Listed, key: Ints, is_kids: Flags) -> pl.Series:
    """Names as people type them: mostly the first name of whose profile it is."""
    draw = Stream(world.scenario.run.seed, "people/records/labels")
    number = draw.below(key, 1 << 30, n=2 * listed.name + 1).tolist()
    kinds = _kinds(world, draw.bits(key, 2 * listed.name), is_kids)
    first = first_names(
        world,
        homes,
        listed.home,
        _owners(homes, listed),
    )
    locales = locales_of(world, homes)
    rows = zip(
        listed.home.tolist(),
        first,
        kinds,
        number,
        strict=True,
    )
    labels = [_label(locales[home], *of_row) for home, *of_row in rows]
    return pl.Series(labels, dtype=pl.String)


def _kinds(world: World, bits: Words, is_kids: Flags) -> list[str]:
    """What kind of name each profile has; those for kids have kinds of their own."""
    settings = world.scenario.of(PeopleSettings)
    of_others = Shares(settings.profile_names.values()).at(bits)
    of_kids = Shares(settings.kids_profile_names.values()).at(bits)
    every = [
        *settings.profile_names,
        *(f"kids {kind}" for kind in settings.kids_profile_names),
    ]
    place = np.where(is_kids, len(settings.profile_names) + of_kids, of_others)
    return [every[one] for one in place.tolist()]


def _owners(homes: Homes, listed: _Listed) -> Ints:
    """The first person who uses each profile; where nobody does, an adult who never watches."""
    in_the_end = homes.on_day(_LAST_DAY)
    is_added = listed.slot == homes.profile_count[listed.home]
    profile_of = np.where(
        is_added[:, None], in_the_end.profile_of[listed.home], homes.profile_of[listed.home]
    )
    uses = profile_of == listed.slot[:, None]
    person_class = homes.person_class[listed.home]
    abstains = person_class == ABSTAINER
    uses &= (person_class >= 0) & ~abstains
    nobody = ~uses.any(axis=1)
    guest = homes.persons[listed.home].sum(axis=1)
    other = np.where(abstains.any(axis=1), abstains.argmax(axis=1), guest)
    return np.where(nobody, other, uses.argmax(axis=1))


def _label(locale: str, first: str, kind: str, choice: int) -> str:
    """A name of a kind for somebody with a first name."""
    pool = profile_labels(locale)
    shorter = short_forms(first)
    jokes = (*pool.adults[_ROLES:], *pool.shared)
    return {
        "first_name": first,
        "kids first_name": first,
        "small_letters": first.lower(),
        "short": shorter[choice % len(shorter)],
        "initial": first[0],
        "role": pool.adults[choice % _ROLES],
        "joke": jokes[choice % len(jokes)],
        "kids word": pool.kids[0],
        "kids joke": pool.kids[choice % len(pool.kids)],
    }[kind]
