"""Settings of the player and of what the service keeps."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, number, section

__all__ = ["LogSettings", "PlayerSettings"]


@section
class PlayerSettings:
    """How the player behaves when nobody presses anything, and when the network is poor."""

    startup_seconds: float = number(
        1.8, unit="seconds", allowed=(0.05, 60), low=1, high=3, source=GUESS, scale="log",
        about="Median time from the press to the first picture; Q05 says that after 2 seconds people begin to leave.",
    )
    rebuffers_per_hour: float = number(
        0.45, unit="per hour", allowed=(0, 100), low=0.2, high=0.8, source="Q03-2013", scale="log",
        about="Stalls while playing, on a network of middling quality.",
    )
    rebuffer_seconds: float = number(
        8, unit="seconds", allowed=(0.1, 600), low=3, high=15, source=GUESS, scale="log",
        about="Median length of a stall; Q04 suggests that stalls fill 0.1 to 1 % of playing time.",
    )
    autoplay_seconds: float = number(
        8, unit="seconds", allowed=(0, 60), low=5, high=15, source=GUESS,
        about="Countdown to the next episode.",
    )
    episodes_until_prompt: int = number(
        3, unit="episodes", allowed=(1, 100), low=2, high=4, source="N11-ep",
        about="Episodes without a press before the player asks whether anybody is still watching.",
    )
    credits_share: float = number(
        0.045, unit="share", allowed=(0, 0.3), low=0.02, high=0.07, source=GUESS,
        about="Closing credits as a share of the runtime.",
    )


@section
class LogSettings:
    """What is recorded and how the service rolls it up."""

    ping_seconds: int = number(
        60, unit="seconds", allowed=(1, 3600), low=10, high=60, source="choice",
        about="Interval of the player's heartbeat.",
    )
    close_after_hours: float = number(
        4, unit="hours", allowed=(0.1, 72), low=1, high=24, source=GUESS,
        about="Silence after which the service closes a play.",
    )
