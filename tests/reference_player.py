"""The player once more, slow and plain: one play after the other, one press after the other.

It is written from what the player is meant to do, not from how the fast one does it, so that tests can hold one against
the other. Nothing here is an array. Only what chance decides comes from outside (`Chance`): how long a start
takes, when a stall comes, what a viewer's own hand presses.

A day goes like this. Whoever nods off stays where they are (`fall_asleep`), and the player would go on by itself
(`run_on`). Each play is rehearsed: where jumps lead, whether it breaks, and the tries that follow (`rehearse`). Then
each sitting runs by the clock until it is over (`run`), and the door lets in as many streams as the plan has (`let_in`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import NamedTuple, Protocol

from synthview.ids import ORDINALS
from synthview.player.presses import PAUSE, PLAY, READY, SEEK_START
from synthview.stage.edits import NO_ERROR
from synthview.tables import ERROR_CODES, START_SOURCES
from synthview.viewing.sittings import TRIES_OF
from synthview.world.catalogue import EPISODE, FILM, TRAILER, title_key

THROUGHOUT = 1 << 40
RESUME = START_SOURCES.index("resume")
STARTUP_FAILED, STREAM_LIMIT = (
    ERROR_CODES.index("startup_failed"),
    ERROR_CODES.index("stream_limit"),
)
FINISHED, STOPPED, FAILED = 0, 1, 2

LONGEST_SLEEP_MS = 20 * 3_600_000
BREATH_MS = 1_000  # between one who leaves the sofa and the next who needs it
SHORTEST_MS = 1_000  # what plays for less is no play, unless it failed
QUICKEST_MS = (
    300  # however long trailers ran, so much of the time before a press is left, and a part
)
LEFT_OF_REST = 32
MOST_TRIES = 8
NUMBERS = 32  # so many plays the ids of a sitting tell apart


class Mark(NamedTuple):
    """Something within a play: when by playing time, its rank at that instant, what, and what it does."""

    at_ms: int
    rank: int
    type: int
    stall_ms: int = 0
    jump_ms: int = 0
    bitrate: int = 0


class Press(NamedTuple):
    """A pause, or a jump where `jump_ms` is not 0."""

    at_ms: int
    stall_ms: int
    jump_ms: int

    def marks(self) -> list[Mark]:
        """What the player makes of it: a pause ends with playing on."""
        if self.jump_ms:
            return [Mark(self.at_ms, 6, SEEK_START, self.stall_ms, self.jump_ms)]
        return [Mark(self.at_ms, 4, PAUSE, self.stall_ms), Mark(self.at_ms, 5, PLAY)]


class Break(NamedTuple):
    """An end that comes too early, and how often somebody tries again."""

    at_ms: int
    error: int
    attempts: int
    wait_ms: int
    give_up: bool
    source: int


class Doze(NamedTuple):
    """From some playing time on nobody presses anything, until an instant."""

    at_ms: int
    awake_ms: int


class Title(NamedTuple):
    """A film, a series with the length of every episode, or a trailer."""

    work: int
    is_film: bool
    is_trailer: bool
    runtimes_ms: tuple[int, ...]
    not_in: frozenset[int] = frozenset()
    """Countries that do not offer it."""

    def key(self, episode: int) -> int:
        """The internal id of a film, an episode or a trailer."""
        kind = TRAILER if self.is_trailer else FILM if self.is_film else EPISODE
        return int(title_key(kind, self.work, episode if kind == EPISODE else 0))


@dataclass(frozen=True)
class Play:
    """A play as the script has it, with all that is done to it; times in ms."""

    key: int
    number: int
    title: Title
    episode: int
    position: int
    playing: int
    gap: int
    source: int
    finishes: bool
    autoplayed: bool = False
    borrows: bool = False
    runs_on: bool = False
    pressed: bool = True
    viewers: int = 1
    hands_off: int = THROUGHOUT
    present: int = THROUGHOUT
    attended: int = THROUGHOUT
    causes: int = 0
    error: int = NO_ERROR
    begun: tuple[int, int] = (-1, 0)
    """The play that was meant, by its id, and which try of it this is."""
    is_left: bool = False
    """Whoever waits has had enough before the first picture."""
    presses: Sequence[Press] = ()
    breaks: Sequence[Break] = ()
    dozes: Sequence[Doze] = ()

    @property
    def runtime(self) -> int:
        """Length of what plays."""
        return self.title.runtimes_ms[self.episode]


@dataclass(frozen=True)
class Sitting:
    """Somebody on a screen of a home, until the sofa and the screen are needed again; `exit` is where the network comes out.

    Who nods off before then stays `asleep_until`.
    """

    row: int
    key: int
    home: int
    device: int
    viewers: int
    start: int
    until: int
    asleep_until: int
    exit: int
    causes: int
    plays: Sequence[Play] = ()


class Stream(NamedTuple):
    """Until when a stream is taken; who brought that about, and who made it last from some instant on."""

    taken_until: int = 0
    brought_by: int = 0
    awake_until: int = 0
    kept_by: int = 0

    def holders(self, at: int) -> int:
        """The actors to blame for it at an instant."""
        return self.brought_by | (self.kept_by if self.awake_until <= at else 0)


@dataclass
class Home:
    """A home with the streams of its plan."""

    streams: list[Stream]
    held: dict[str, int] = field(default_factory=dict)
    """Until when sleepers hold a screen or themselves, by `screen 0`, `person 3` …"""


@dataclass(frozen=True)
class Rules:
    """Settings of the player."""

    episodes_until_prompt: int


class Chance(Protocol):
    """What is drawn, by the id of a play. Tries of a play count from 1 and go by its id; 0 is the play itself."""

    def startup(self, sitting: Sitting, key: int, number: int) -> int:
        """From the press to the first picture."""

    def patience(self, key: int, number: int) -> int:
        """How long whoever is there would wait for it."""

    def tries_again(self, key: int, number: int) -> bool:
        """Whether who left the try before starts the same title once more."""

    def until_again(self, key: int) -> int:
        """How long they leave it be before that."""

    def takes_another(self, key: int) -> bool:
        """Whether who has had enough of a title goes on with another."""

    def taken_up_at(self, key: int, position: int) -> int:
        """Where the player takes up a title that was left at some position."""

    def countdown(self, key: int) -> int:
        """From the end of an episode to the start of what comes by itself."""

    def answer(self, key: int) -> int:
        """Until somebody says that they are still watching."""

    def own_presses(self, key: int, handled: int) -> list[Mark]:
        """Pauses and jumps of the viewer's own hand while it holds the remote for so long."""

    def network(self, sitting: Sitting, key: int, playing: int) -> list[Mark]:
        """The first picture, stalls and changes of quality."""


class Missed(NamedTuple):
    """A play that came to nothing when its turn came, as the time was over; or (key -1) a whole sitting."""

    sitting: int
    key: int
    at: int


@dataclass(frozen=True)
class Ran:
    """A play that came, as it was."""

    sitting: int
    key: int
    title: int
    start: int
    startup: int
    playing: int
    wall: int
    position: int
    end_position: int
    source: int
    autoplayed: bool
    pressed: bool
    viewers: int
    present: int
    attended: int
    causes: int
    ending: int
    error: int
    gap: int
    marks: tuple[Mark, ...]


def play_day(
    rules: Rules,
    chance: Chance,
    homes: Sequence[Home],
    sittings: Sequence[Sitting],
    tomorrow: Sequence[Sitting],
) -> tuple[list[Ran], set[Missed]]:
    """Play a day: what ran, and what came to nothing; `tomorrow` are the next sittings. Moves the homes on."""
    offered = [
        replace(one, plays=[play for play in one.plays if one.exit not in play.title.not_in])
        for one in sittings
    ]
    evenings = []
    for one in offered:
        sitting = fall_asleep(one, [*offered, *tomorrow])
        plays = [taken_up(chance, play) for play in run_on(rules, sitting.plays)]
        takes = rehearse(chance, sitting, plays)
        with_tries = [each for take in takes for each in (take, *take.tries)]
        evenings.append(run(chance, sitting, ask(rules, chance, with_tries)))
    let_in(homes, evenings)
    stay(homes, evenings)
    return [ran for one in evenings for ran in one.plays], {
        missed for one in evenings for missed in one.missed
    }


# --- What was to follow -----------------------------------------------------------------------------------------------


def fall_asleep(sitting: Sitting, others: Iterable[Sitting]) -> Sitting:
    """The first who nods off decides what becomes of the sitting: nothing of what was to follow comes.

    The title runs to its end. The sleeper stays until they wake, or a second before somebody needs the screen, or one
    of those who sit there; never shorter than the sitting was meant to last.
    """
    sleepy = [
        (place, doze.at_ms) for place, play in enumerate(sitting.plays) for doze in play.dozes
    ]
    if not sleepy:
        return sitting
    place, at = min(sleepy)
    play = sitting.plays[place]
    awake = next(doze.awake_ms for doze in play.dozes if doze.at_ms == at)
    until = min(max(awake, sitting.start), sitting.start + LONGEST_SLEEP_MS)
    for other in others:
        needs = other.device == sitting.device or other.viewers & sitting.viewers
        if other.home == sitting.home and other.start > sitting.start and needs:
            until = min(until, other.start - BREATH_MS)
    asleep = replace(
        play, runs_on=True, finishes=True, playing=max(play.runtime - play.position, 1_000),
        hands_off=min(play.hands_off, at), attended=min(play.attended, at),
    )  # fmt: skip
    return replace(
        sitting, asleep_until=max(until, sitting.until), plays=[*sitting.plays[:place], asleep]
    )


def run_on(rules: Rules, plays: Sequence[Play]) -> list[Play]:
    """Put behind each play that nobody stops the episodes that the player may start by itself, for nobody's hand.

    There are no more of them than numbers before the next play, or in the sitting.
    """
    found = []
    for play, following in zip_longest(plays, plays[1:]):
        found.append(play)
        steps = (
            range(1, rules.episodes_until_prompt)
            if play.runs_on and not play.title.is_trailer
            else ()
        )
        for step in steps:
            episode, number = play.episode + step, play.number + step
            if play.title.is_film or episode >= len(play.title.runtimes_ms):
                break
            if number >= (following.number if following else NUMBERS):
                break
            found.append(
                replace(
                    play, key=play.key + step, number=number, episode=episode, position=0,
                    playing=play.title.runtimes_ms[episode], gap=0, finishes=True, autoplayed=True, pressed=False,
                    hands_off=0, present=play.present if play.present >= THROUGHOUT else 0,
                    attended=play.attended if play.attended >= THROUGHOUT else 0,
                    presses=(), breaks=(), dozes=(),
                )
            )  # fmt: skip
    return found


def taken_up(chance: Chance, play: Play) -> Play:
    """A play from within its title begins a little before that, and ends where it was meant to."""
    position = chance.taken_up_at(play.key, play.position)
    return replace(
        play,
        begun=(play.key, 0),
        position=position,
        playing=play.playing + play.position - position,
    )


# --- Rehearsal: jumps, breaks and tries -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Take:
    """A play with its presses as they come, where they lead, and the tries after it broke; `meant` is what it was before."""

    play: Play
    marks: list[Mark]
    meant: Play
    tries: Sequence[Take] = ()


def rehearse(chance: Chance, sitting: Sitting, plays: Sequence[Play]) -> list[Take]:
    """What comes of the plays of a sitting: all up to the one after which nobody goes on.

    They go on with the next play where no person began the one that broke, or where the last try was a success. A
    sleeper does nothing, and where the numbers for tries are used up they lose their patience. Who has waited in vain
    for the first picture of a title may go on with the next one.
    """
    takes: list[Take] = []
    ids, given_up = tries_left(sitting, plays), -1
    for play in plays:
        if play.title.work == given_up:
            continue
        given_up = -1
        take = fitted(chance, play)
        broke = first_break(take.play)
        is_of_somebody = play.pressed or play.autoplayed
        fails_to_start = broke is not None and broke.at_ms == 0
        if is_of_somebody and not fails_to_start and has_enough(chance, sitting, play):
            take, broke = without_picture(take), walks_away(chance, sitting, play)
        if broke is None:
            takes.append(take)
            continue
        is_awake = play.hands_off > broke.at_ms
        wanted = min(broke.attempts, MOST_TRIES) if is_awake and is_of_somebody else 0
        keys, ids = ids[:wanted], ids[wanted:]
        gives_up = broke.give_up or len(keys) < wanted
        take = broken(chance, sitting, take, broke, keys, gives_up=gives_up)
        takes.append(take)
        last = take.tries[-1] if take.tries else take
        if not is_awake:
            break
        if len(keys) == wanted and last.play.is_left and chance.takes_another(play.key):
            given_up = play.title.work
        elif is_of_somebody and (gives_up or not wanted or last.play.is_left):
            break
    return takes


def has_enough(chance: Chance, sitting: Sitting, play: Play) -> bool:
    """Whether somebody is there who leaves before the first picture; nobody asked for a trailer."""
    is_awaited = (
        play.viewers and play.present > 0 and play.hands_off > 0 and not play.title.is_trailer
    )
    return bool(is_awaited) and chance.patience(*play.begun) < chance.startup(sitting, *play.begun)


def without_picture(take: Take) -> Take:
    """A play of which nothing was seen."""
    return replace(take, play=replace(take.play, is_left=True))


def walks_away(chance: Chance, sitting: Sitting, play: Play) -> Break:
    """What who left before the first picture does: start it again until it comes, or until they have had enough."""
    tries, sees = 0, False
    while not sees and tries < MOST_TRIES and chance.tries_again(play.key, tries + 1):
        tries += 1
        sees = not has_enough(chance, sitting, replace(play, begun=(play.key, tries)))
    return Break(0, NO_ERROR, tries, chance.until_again(play.key), not sees, -1)


def tries_left(sitting: Sitting, plays: Sequence[Play]) -> list[int]:
    """Ids for tries, from the last of a sitting down: a range of their own, or what plays leave where an actor brought it."""
    ordinal, used = sitting.key % ORDINALS, 1 + max((play.number for play in plays), default=-1)
    if not sitting.causes:
        ordinal, used = ordinal + TRIES_OF, 0
    first = sitting.key - sitting.key % ORDINALS + ordinal * NUMBERS
    return [first + number for number in reversed(range(used, NUMBERS))]


def fitted(chance: Chance, play: Play) -> Take:
    """Follow the playhead from jump to jump.

    A jump back leads to the beginning at most, one forward half-way to the end at most: to where the viewer means to
    stop if they see it out, else to that of the title. Who sees it out plays until there; who does not leaves after the
    time they meant to watch, or at the end of the title.
    """
    handled = (
        0
        if play.title.is_trailer or not play.viewers
        else min(play.playing, play.hands_off, play.present)
    )
    marks = [
        *chance.own_presses(play.key, handled),
        *(one for press in play.presses for one in press.marks()),
    ]
    end = play.position + play.playing if play.finishes else play.runtime
    happened, position, watched = [one for one in marks if not one.jump_ms], play.position, 0
    left = play.playing
    for jump in sorted((one for one in marks if one.jump_ms), key=lambda one: one.at_ms):
        if jump.at_ms - watched >= left:
            break
        position, watched = position + jump.at_ms - watched, jump.at_ms
        by = max(min(jump.jump_ms, max(end - position, 0) // 2), -position)
        position += by
        left = end - position if play.finishes else min(play.playing - watched, end - position)
        happened += [jump._replace(jump_ms=by)] if by else []
    return Take(replace(play, playing=watched + left), happened, play)


def first_break(play: Play) -> Break | None:
    """The first of its breaks that comes before its end; one at 0 lets nothing start."""
    coming = [one for one in play.breaks if one.at_ms == 0 or one.at_ms < play.playing]
    return min(coming, key=lambda one: (one.at_ms, one.source)) if coming else None


def broken(
    chance: Chance,
    sitting: Sitting,
    take: Take,
    broke: Break,
    keys: Sequence[int],
    *,
    gives_up: bool,
) -> Take:
    """A play cut where it breaks, and the tries after it: all fail to start but the last, and that too where they give up."""
    tries = []
    for number, key in enumerate(keys):
        fails = gives_up or number + 1 < len(keys)
        again = tried_again(chance, take, broke, number, key, fails=fails)
        lost_patience = take.play.is_left if fails else has_enough(chance, sitting, again)
        if lost_patience:
            again = replace(again, is_left=True, playing=0, finishes=False)
        tries.append(fitted(chance, again))
    cut = replace(take.play, playing=broke.at_ms, finishes=False, error=broke.error)
    return replace(take, play=cut, tries=tries)


def tried_again(
    chance: Chance, take: Take, broke: Break, number: int, key: int, *, fails: bool
) -> Play:
    """A try goes on where the picture stopped, or a little before."""
    meant = take.meant
    position = meant.position
    if broke.at_ms:
        jumped = sum(one.jump_ms for one in take.marks if one.at_ms < broke.at_ms)
        position = chance.taken_up_at(key, meant.position + broke.at_ms + jumped)
    if meant.finishes:
        left = meant.position + meant.playing - position
    else:
        left = min(meant.playing - broke.at_ms, meant.runtime - position)
    return replace(
        meant,
        key=key,
        begun=(meant.key, number + 1),
        position=position,
        playing=0 if fails else max(left, 1),
        # Each time they wait longer, and to no round second: the id decides.
        gap=(broke.wait_ms + (meant.key >> 3) % 977) * (1 + number),
        source=RESUME if broke.at_ms else meant.source,
        finishes=meant.finishes and not fails,
        autoplayed=False,
        pressed=True,
        hands_off=max(meant.hands_off - broke.at_ms, 0),
        present=max(meant.present - broke.at_ms, 0),
        attended=max(meant.attended - broke.at_ms, 0),
        error=STARTUP_FAILED if fails and broke.error != NO_ERROR else NO_ERROR,
        presses=(),
        breaks=(),
    )


# --- By the clock -----------------------------------------------------------------------------------------------------


@dataclass
class Evening:
    """What came of a sitting, its first press, even if nothing came of that, who made it last, and what was missed."""

    sitting: Sitting
    plays: list[Ran] = field(default_factory=list)
    first: Ran | None = None
    kept_by: int = 0
    missed: list[Missed] = field(default_factory=list)

    @property
    def end(self) -> int:
        """When the last play was over; 0 where there was none."""
        return max((ran.start + ran.wall for ran in self.plays), default=0)


def ask(rules: Rules, chance: Chance, takes: Iterable[Take]) -> list[Take]:
    """Count down before what comes by itself, and ask after some episodes whether anybody is still watching.

    Who is there says so, and that counts as a press. Where nobody does, nothing comes until somebody presses something.
    """
    found, by_themselves = [], 0
    for take in takes:
        play = take.play
        if play.autoplayed and not play.borrows:
            by_themselves += 1
            play = replace(play, gap=chance.countdown(play.key))
            if by_themselves >= rules.episodes_until_prompt:
                if not play.hands_off:
                    continue
                play = replace(
                    play, gap=play.gap + chance.answer(play.key), autoplayed=False, pressed=True
                )
                by_themselves = 0
        elif not play.autoplayed:
            by_themselves = 0
        found.append(replace(take, play=play))
    return found


def run(chance: Chance, sitting: Sitting, takes: Sequence[Take]) -> Evening:
    """Run the plays of a sitting one after the other, until it is over."""
    evening, clock, borrowed, until = Evening(sitting), sitting.start, 0, sitting.until
    for take in takes:
        gap = take.play.gap
        if take.play.runs_on and clock < until:
            until = sitting.asleep_until
        waits = (
            gap
            if take.play.borrows
            else max(gap - borrowed, min(gap, QUICKEST_MS + gap // LEFT_OF_REST))
        )
        ran, is_over = one_play(chance, sitting, take, clock + waits, until)
        evening.first = evening.first or ran
        has_come = ran and (ran.playing >= SHORTEST_MS or ran.ending == FAILED)
        if has_come or (ran and take.play.is_left):
            evening.plays.append(ran)
        elif clock < until:
            evening.missed.append(Missed(sitting.row, take.play.key, clock))
        if ran is None or is_over:
            break
        clock = ran.start + ran.wall
        borrowed = borrowed + waits + ran.wall if take.play.borrows else 0
    for take in takes:
        evening.kept_by |= take.play.causes if take.play.runs_on else 0
    if sitting.causes and not evening.plays:
        evening.missed.append(Missed(sitting.row, -1, sitting.start))
    return evening


def one_play(
    chance: Chance, sitting: Sitting, take: Take, start: int, until: int
) -> tuple[Ran | None, bool]:
    """Play one title, press by press, and whether the end of the sitting cut it; None where it would come after that.

    What is not over when the sitting ends, a pause for instance, was its end.
    """
    play = take.play
    startup = chance.startup(sitting, *play.begun)
    if play.is_left:
        startup = chance.patience(*play.begun)
    now, watched, is_cut = start + startup, 0, False
    if now > until:
        return None, True
    marks = sorted([*chance.network(sitting, play.key, play.playing), *take.marks])
    for mark in marks:
        if mark.at_ms >= play.playing:
            break
        room = until - now
        if mark.at_ms - watched + mark.stall_ms > room:
            watched, is_cut = min(mark.at_ms, watched + room), True
            break
        now, watched = now + mark.at_ms - watched + mark.stall_ms, mark.at_ms
    if not is_cut:
        is_cut = play.playing - watched > until - now
        watched = watched + until - now if is_cut else play.playing
    told = tuple(mark for mark in marks if mark.at_ms < watched or mark.type == READY)
    fails = play.error != NO_ERROR and not is_cut
    wall = startup + watched + sum(mark.stall_ms for mark in told)
    ran = Ran(
        sitting.row, play.key, play.title.key(play.episode), start, startup, watched, wall, play.position,
        play.position + watched + sum(mark.jump_ms for mark in told), play.source, play.autoplayed, play.pressed,
        play.viewers, play.present, play.attended, play.causes | sitting.causes,
        FAILED if fails else FINISHED if play.finishes and not is_cut else STOPPED, play.error if fails else NO_ERROR,
        play.gap, told,
    )  # fmt: skip
    return ran, is_cut


# --- The door ---------------------------------------------------------------------------------------------------------


def let_in(homes: Sequence[Home], evenings: Sequence[Evening]) -> None:
    """Let sittings in by their first press while a stream is free; the first play of any other fails, the rest never comes."""
    at_the_door = [
        (one.first.start, one.first.key, one, one.first) for one in evenings if one.first
    ]
    for start, _, evening, first in sorted(at_the_door, key=lambda one: one[:2]):
        sitting, streams = evening.sitting, homes[evening.sitting.home].streams
        free = [place for place, stream in enumerate(streams) if stream.taken_until <= start]
        if not free:
            causes = first.causes
            for stream in streams:
                causes |= stream.holders(start)
            evening.plays = [
                replace(
                    first, playing=0, wall=first.startup, end_position=first.position, ending=FAILED, error=STREAM_LIMIT,
                    causes=causes, marks=tuple(one for one in first.marks if one.type == READY),
                )
            ]  # fmt: skip
            evening.missed = []
        elif evening.plays:
            streams[free[0]] = Stream(evening.end, sitting.causes, sitting.until, evening.kept_by)


def stay(homes: Sequence[Home], evenings: Sequence[Evening]) -> None:
    """Note until when those who stayed on beyond the time of those awake hold their screen and themselves."""
    for evening in evenings:
        sitting, held = evening.sitting, homes[evening.sitting.home].held
        if evening.end > sitting.until:
            people = [f"person {slot}" for slot in range(64) if sitting.viewers >> slot & 1]
            for one in (f"screen {sitting.device}", *people):
                held[one] = max(held.get(one, 0), evening.end)
