"""Settings of the player and of what the service keeps."""

from __future__ import annotations

from synthview.scenario.settings import GUESS, curve, number, section

__all__ = ["LogSettings", "PlayerSettings"]


@section
class PlayerSettings:
    """How the player behaves when nobody presses anything, and when the network is poor."""

    startup_seconds: float = number(
        1.8, unit="seconds", allowed=(0.05, 60), low=1, high=3, source=GUESS, scale="log",
        about=(
            "Median time from the press to the first picture; Q05 says that after 2 seconds people "
            "begin to leave."
        ),
    )
    startup_spread: float = number(
        0.55, unit="log sd", allowed=(0, 2), low=0.4, high=0.8, source=GUESS,
        about="Spread of that time on one network; networks differ besides.",
    )
    patience_seconds: float = number(
        1.75, unit="seconds", allowed=(0, 600), low=1.5, high=2.5, source="Q05",
        about=(
            "How long everybody waits for the first picture; with Q06 that makes 1 % who have left "
            "after 1.9 seconds, and Q05 says 2."
        ),
    )
    leave_per_second: float = number(
        0.067, unit="share per second", allowed=(0.0001, 1), low=0.045, high=0.085, source="Q06",
        scale="log",
        about=(
            "Of people who wait, how many more have had enough with each second after that; Q06 "
            "has 5.8 % of all starts, and for one in ten nobody waits: previews, sleepers, empty "
            "rooms."
        ),
    )
    highest_kbps_of_plan: tuple[float, ...] = curve(
        [1750, 5800, 5800], unit="kbps, basic to premium", source=GUESS,
        about="Above this no plan gets a picture: the one for a single screen is not in high "
              "definition.",
    )
    highest_kbps_of_device: tuple[float, ...] = curve(
        [5800, 4300, 2350, 3000, 5800, 5800],
        unit="kbps, tv computer phone tablet console stick", source=GUESS,
        about="Nor does any device: small screens need less, and most browsers may not show more.",
    )
    try_again: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.85, source=GUESS, scale="logit",
        about=(
            "Who leaves before the first picture and starts the same title again; Q11 knows 44 % "
            "who stay after an error, which is worse."
        ),
    )
    try_again_seconds: float = number(
        5, unit="seconds", allowed=(0.1, 600), low=2, high=20, source=GUESS, scale="log",
        about="Median time between leaving and starting the same title again.",
    )
    try_again_spread: float = number(
        0.9, unit="log sd", allowed=(0, 3), low=0.5, high=1.3, source=GUESS,
        about="Spread of that time.",
    )
    take_another: float = number(
        0.5, unit="share", allowed=(0, 1), low=0.2, high=0.8, source=GUESS, scale="logit",
        about=(
            "Who has given a title up before its first picture and goes on with what else they "
            "meant to watch; the others leave the screen."
        ),
    )
    resume_back_seconds: float = number(
        6, unit="seconds", allowed=(0, 120), low=0, high=15, source=GUESS,
        about="Most that a player goes back where it takes up a title.",
    )
    keyframe_ms: int = number(
        2_002, unit="ms", allowed=(1, 60_000), low=2_000, high=10_000, source=GUESS,
        about=(
            "Distance of the pictures at which a stream can begin: 48 frames of a film, at 23.976 "
            "a second."
        ),
    )
    rebuffers_per_hour: float = number(
        1.0, unit="per hour", allowed=(0, 100), low=0.4, high=1.3, source="Q03-2013", scale="log",
        about="Stalls while playing, on a network of middling quality.",
    )
    rebuffer_seconds: float = number(
        8, unit="seconds", allowed=(0.1, 600), low=3, high=15, source=GUESS, scale="log",
        about="Median length of a stall; Q04 suggests that stalls fill 0.1 to 1 % of playing time.",
    )
    rebuffer_seconds_spread: float = number(
        0.9, unit="log sd", allowed=(0, 3), low=0.5, high=1.3, source=GUESS,
        about="Spread of that length.",
    )
    autoplay_seconds: float = number(
        8, unit="seconds", allowed=(0, 60), low=5, high=15, source=GUESS,
        about="Countdown to the next episode.",
    )
    autoplay_load_seconds: float = number(
        0.6, unit="seconds", allowed=(0.01, 60), low=0.2, high=2, source=GUESS, scale="log",
        about="Median time after the countdown until the player asks for the next episode.",
    )
    autoplay_load_spread: float = number(
        0.7, unit="log sd", allowed=(0, 3), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )
    prompt_answer_seconds: float = number(
        8, unit="seconds", allowed=(0.1, 120), low=4, high=20, source=GUESS, scale="log",
        about="Median time until somebody answers that they are still watching.",
    )
    prompt_answer_spread: float = number(
        0.6, unit="log sd", allowed=(0, 3), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )
    episodes_until_prompt: int = number(
        3, unit="episodes", allowed=(1, 100), low=2, high=4, source="N11-ep",
        about="Episodes without a press before the player asks whether anybody is still watching.",
    )


@section
class LogSettings:
    """What is recorded and how the service rolls it up."""

    ping_seconds: int = number(
        60, unit="seconds", allowed=(1, 3600), low=10, high=60, source="choice",
        about="Interval of the player's heartbeat.",
    )
    ping_late_ms: float = number(
        18, unit="ms", allowed=(0, 1_000), low=4, high=50, source=GUESS, scale="log",
        about="How late a heartbeat's timer fires in the mean; it is then set anew.",
    )
    busy_share: float = number(
        0.06, unit="share of plays", allowed=(0, 1), low=0.02, high=0.2, source=GUESS,
        scale="logit",
        about="Plays behind another window or on a busy device, where timers wait for their turn.",
    )
    busy_late_ms: float = number(
        1_000, unit="ms", allowed=(0, 60_000), low=500, high=2_000, source=GUESS, scale="log",
        about="How late they fire there at most; browsers wake hidden pages once a second.",
    )
    progress_late_ms: float = number(
        250, unit="ms", allowed=(0, 5_000), low=100, high=500, source=GUESS, scale="log",
        about="How often players look where the playhead is, and tell a quarter of the title.",
    )
    close_after_hours: float = number(
        4, unit="hours", allowed=(0.1, 72), low=1, high=24, source=GUESS,
        about="Silence after which the service closes a play.",
    )
