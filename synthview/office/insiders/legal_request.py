"""A court, the police or a lawyer asks for what an account has watched."""

from __future__ import annotations

from typing import ClassVar

from synthview.scenario.settings import GUESS, number, section

__all__ = ["LegalRequest"]


@section
class LegalRequest:
    """A request is served: somebody of legal exports the whole history of one account.

    Others sign it off before. Most are about fraud, some about where somebody was one evening.
    """

    tells: ClassVar[tuple[str, ...]] = ("sign-offs", "exported, with the purpose court")

    rate: float = number(
        0.5,
        unit="requests per 100,000 accounts and month",
        allowed=(0, 100_000),
        low=0.02,
        high=5,
        source=GUESS,
        scale="log",
        about="How often what an account watched has to be handed over.",
    )
    sign_offs: int = number(
        2, unit="people", allowed=(0, 10), low=1, high=3, source=GUESS,
        about="Who has to agree before it is served.",
    )  # fmt: skip
