"""Nodding off: who would fall asleep over a play does so only if it gets that far."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.player.attempts import Attempts, with_retries
from synthview.player.autoplay import running_order
from synthview.rows import Ints
from synthview.stage import Staged
from synthview.stage.edits import Dozes
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["while_it_plays"]


def while_it_plays(
    world: World, staged: Staged, network: Ints, tomorrow: Sessions, day: int
) -> Staged:
    """Leave out dozes over plays that break before them and are given up.

    What would follow is then not off: the viewer is awake, and may take another title. `network` is
    the quality of the network of each session, `tomorrow` are the sessions meant for the next day.
    """
    if not len(staged.dozes):
        return staged
    awake = _sessions_of(staged, staged.dozes)
    attempts, _ = with_retries(world, running_order(world, awake, tomorrow, day), network)
    played = _played_ms(attempts, awake.script.key, staged.script.key[staged.dozes.play])
    return replace(staged, dozes=staged.dozes.take(played > staged.dozes.at_ms))


def _sessions_of(staged: Staged, dozes: Dozes) -> Staged:
    """The plays of the sessions in which somebody would nod off, with nobody asleep."""
    script = staged.script
    is_in = np.isin(script.session, script.session[dozes.play])
    row = np.cumsum(is_in) - 1
    presses = staged.presses.take(is_in[staged.presses.play])
    breaks = staged.breaks.take(is_in[staged.breaks.play])
    return replace(
        staged,
        script=script.take(is_in),
        presses=replace(presses, play=row[presses.play]),
        breaks=replace(breaks, play=row[breaks.play]),
        dozes=Dozes.none(),
    )


def _played_ms(attempts: Attempts, meant: Ints, wanted: Ints) -> Ints:
    """How long the `wanted` plays run, with the tries that follow each; 0 for what never comes.

    All are keys; attempts of no key among those `meant` are tries of the play before them.
    """
    is_meant = np.isin(attempts.key, meant)
    play = np.cumsum(is_meant) - 1
    total = np.zeros(np.count_nonzero(is_meant) + 1, dtype=np.int64)
    np.add.at(total, play, attempts.playing_ms)

    keys = attempts.key[is_meant]
    order = np.argsort(keys)
    place = np.searchsorted(keys, wanted, sorter=order)
    found = order[np.minimum(place, len(keys) - 1)] if len(keys) else np.zeros_like(wanted)
    comes = np.isin(wanted, keys)
    return np.where(comes, total[found], 0)
