"""Messages that never leave a device: an actor keeps them from being sent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.log.messages import Messages, numbers
from synthview.rows import Ints
from synthview.stage.company import Company
from synthview.tables import EVENT_TYPES

__all__ = ["let_out"]


def let_out(messages: Messages, causes: Ints, company: Company) -> Messages:
    """Messages without those that some actor silences in its plays, numbered anew.

    `causes` has the mask of actors of each play.
    """
    stays = np.zeros(len(messages), dtype=bool)
    for name, actor in company.actors.items():
        if not actor.silences:
            continue
        types = [EVENT_TYPES.index(one) for one in actor.silences]
        is_its_own = causes >> company.number(name) & 1 == 1
        stays |= is_its_own[messages.play] & np.isin(messages.type, types)
    if not stays.any():
        return messages
    sent = messages.take(~stays)
    return replace(sent, number=numbers(sent.play, len(causes)))
