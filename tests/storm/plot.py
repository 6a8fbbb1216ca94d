"""The picture of docs/proof.md: an SVG written by hand, the same bytes for the same runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from tests.storm.simulation import Run, Second

_WIDTH: Final = 860
_LEFT: Final = 64
_RIGHT: Final = 20
_PANEL: Final = 190
_TOP: Final = 88
_GAP: Final = 62
#: Wide enough for a letter of the legend in any font.
_LETTER: Final = 7
_HEIGHT: Final = _TOP + 2 * _PANEL + _GAP + 44
#: Colour and dashes of each line: told apart without colours too.
_LINES: Final = (("#8a8f98", "2 3"), ("#d1495b", "7 3"), ("#e09f3e", "10 3 2 3"), ("#2667a5", ""))


def svg(runs: Sequence[Run]) -> str:
    """The load and the goodput of up to four runs of the same day, one above the other."""
    panels: tuple[tuple[str, Callable[[Second], int]], ...] = (
        ("attempts per second: what the server is asked", lambda second: second.attempts),
        ("requests answered well per second", lambda second: second.succeeded),
    )
    parts = [_opening(runs[0]), *_legend(runs)]
    for place, (title, value) in enumerate(panels):
        parts += _panel(runs, _TOP + place * (_PANEL + _GAP), title, value)
    parts.append(_text(_WIDTH - _RIGHT, _HEIGHT - 10, "seconds", "end"))
    return "\n".join([*parts, "</svg>", ""])


def _opening(run: Run) -> str:
    place = run.workplace
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'role="img" font-family="system-ui, sans-serif" font-size="12">\n'
        f"<title>{_heading(place.outage_seconds)}</title>\n"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#ffffff"/>\n'
        f'<text x="{_LEFT}" y="26" font-size="15" font-weight="600" fill="#1c2128">'
        f"{_heading(place.outage_seconds)}</text>"
    )


def _heading(seconds: float) -> str:
    return f"A server comes back after {seconds:g} seconds: what its clients do to it"


def _legend(runs: Sequence[Run]) -> list[str]:
    parts = []
    left = _LEFT
    for run, (colour, dashes) in zip(runs, _LINES, strict=False):
        parts.append(
            f'<line x1="{left}" x2="{left + 26}" y1="46" y2="46" stroke="{colour}" '
            f'stroke-width="2.4" stroke-dasharray="{dashes}"/>'
        )
        parts.append(_text(left + 32, 50, run.name))
        left += 60 + _LETTER * len(run.name)
    return parts


def _panel(runs: Sequence[Run], top: int, title: str, value: Callable[[Second], int]) -> list[str]:
    length = len(runs[0].seconds)
    most = max(value(second) for run in runs for second in run.seconds)
    step = _step(most)
    ceiling = step * -(-most // step)
    place = runs[0].workplace
    left, right = _x(place.outage_at, length), _x(place.outage_ends, length)
    parts = [
        _text(_LEFT, top - 8, title, weight="600"),
        f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{_PANEL}" '
        'fill="#f6dede"/>',
        _text((left + right) / 2, top + 14, "outage", "middle"),
    ]
    for level in range(0, ceiling + 1, step):
        y = _y(level, top, ceiling)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{"#8a8f98" if level == 0 else "#e3e6ea"}"/>'
        )
        parts.append(_text(_LEFT - 8, y + 4, str(level), "end"))
    for second in range(0, length + 1, 20):
        parts.append(_text(_x(second, length), top + _PANEL + 18, str(second), "middle"))
    for run, (colour, dashes) in zip(runs, _LINES, strict=False):
        points = " ".join(
            f"{_x(number + 0.5, length):.1f},{_y(value(second), top, ceiling):.1f}"
            for number, second in enumerate(run.seconds)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8" '
            f'stroke-dasharray="{dashes}" stroke-linejoin="round"/>'
        )
    return parts


def _step(most: int) -> int:
    """The distance of lines that gives about five of them."""
    steps = [factor * ten for ten in (1, 10, 100, 1000, 10_000) for factor in (1, 2, 5)]
    return next((step for step in steps if most <= 5 * step), 100_000)


def _x(second: float, length: int) -> float:
    return _LEFT + second / length * (_WIDTH - _LEFT - _RIGHT)


def _y(level: float, top: int, ceiling: int) -> float:
    return top + _PANEL * (1.0 - level / ceiling)


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="#3d444d">{escape(words)}</text>'
    )
