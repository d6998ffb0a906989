"""Plots of what a statistical test compares, kept as files below ``build/statistics``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "build" / "statistics"
WIDTH, HEIGHT, MARGIN = 480, 300, 40
COLOURS = ("#1f6f8b", "#d1495b", "#6a994e")
Numbers = NDArray[np.float64]


def keep(name: str, title: str, lines: Mapping[str, tuple[Numbers, Numbers]]) -> Path:
    """Draw lines (x and y of each, by name) into one picture, and return its file."""
    every_x, every_y = (
        np.concatenate([points[axis] for points in lines.values()]) for axis in (0, 1)
    )
    parts = [f'<text x="{MARGIN}" y="20">{escape(title)}</text>']
    for place, (label, (x, y)) in enumerate(lines.items()):
        across = MARGIN + scaled(x, every_x) * (WIDTH - 2 * MARGIN)
        down = HEIGHT - MARGIN - scaled(y, every_y) * (HEIGHT - 2 * MARGIN)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
        colour = COLOURS[place % len(COLOURS)]
        dashes = "6 3" if place else "none"
        parts += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-dasharray="{dashes}"/>',
            f'<text x="{MARGIN + 150 * place}" y="{HEIGHT - 8}" fill="{colour}">{escape(label)}</text>',
        ]
    low, high = every_x.min(), every_x.max()
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - 24}" fill="#888">{low:g} to {high:g}</text>')
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.svg"
    body = "\n".join(parts)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n{body}\n</svg>\n',
        encoding="utf-8",
    )
    return file


def scaled(values: Numbers, every: Numbers) -> Numbers:
    """Values from 0 to 1 between the least and the greatest of all."""
    low, high = every.min(), every.max()
    return (values - low) / max(high - low, 1e-12)


def steps(values: Numbers, count: int = 200) -> tuple[Numbers, Numbers]:
    """How many of some values are below each of a few of them: x and y of a line."""
    share = np.linspace(0, 1, count)
    return np.quantile(values, share), share
