"""One call as a picture: attempts, delays, logins and faults along a line, as inline SVG. Pure.

Colours come from the page's style sheet by class, so that light and dark are the page's matter.
Delays are much longer than attempts: where a picture would be all delay, they are drawn shortened,
with the seconds written into them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from django_mssql_ops.retrytest.result import Kind, Mark

WIDTH: Final = 640
HEIGHT: Final = 46
_LEFT: Final = 8
_RIGHT: Final = 8
_AXIS: Final = 22
_BAR: Final = 12
#: Part of the width that one attempt has at least, so that it can be seen.
_NARROWEST: Final = 0.012
#: Part of the width that all delays together have at most.
_DELAYS_AT_MOST: Final = 0.6
#: Marks drawn of one call; a storm has thousands.
MAX_MARKS: Final = 200

_CLASSES: Final = {
    Kind.ATTEMPT: "attempt",
    Kind.FAILED_ATTEMPT: "failed",
    Kind.DELAY: "delay",
    Kind.FAULT: "fault",
    Kind.LOGIN: "login",
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the call between two turning points, and how wide it is drawn (0 to 1)."""

    start: float
    end: float
    left: float
    right: float


def svg(marks: Sequence[Mark], *, title: str) -> str:
    """The picture; an empty text where nothing happened."""
    if not marks:
        return ""
    drawn = marks[:MAX_MARKS]
    stretches = _stretches(drawn)
    parts = "".join(_drawn(mark, stretches) for mark in sorted(drawn, key=_order))
    name = escape(_plain(title))
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">'
        f'<title>{name}</title><line class="axis" x1="{_LEFT}" y1="{_AXIS}" '
        f'x2="{WIDTH - _RIGHT}" y2="{_AXIS}"/>{parts}{_rest(marks)}</svg>'
    )


def _order(mark: Mark) -> int:
    """Points are drawn over bars."""
    return (Kind.DELAY, Kind.ATTEMPT, Kind.FAILED_ATTEMPT, Kind.LOGIN, Kind.FAULT).index(mark.kind)


def _stretches(marks: Sequence[Mark]) -> list[_Stretch]:
    times = sorted({0.0, *(time for mark in marks for time in (mark.start, mark.end))})
    pairs = list(itertools.pairwise(times)) or [(times[0], times[0] + 1.0)]
    delays = [mark for mark in marks if mark.kind is Kind.DELAY]
    weights = list(_weights(pairs, delays))
    whole = sum(weights)
    stretches: list[_Stretch] = []
    left = 0.0
    for (start, end), weight in zip(pairs, weights, strict=True):
        right = left + weight / whole
        stretches.append(_Stretch(start, end, left, right))
        left = right
    return stretches


def _weights(pairs: Sequence[tuple[float, float]], delays: Sequence[Mark]) -> Iterator[float]:
    """The width of each stretch: its seconds, delays shortened and everything else visible."""
    is_delay = [any(d.start <= start and end <= d.end for d in delays) for start, end in pairs]
    lengths = [end - start for start, end in pairs]
    waiting = sum(length for length, waits in zip(lengths, is_delay, strict=True) if waits)
    working = sum(lengths) - waiting or 1.0
    most = working * _DELAYS_AT_MOST / (1 - _DELAYS_AT_MOST)
    shrink = min(1.0, most / waiting) if waiting else 1.0
    narrowest = (working + min(waiting, most)) * _NARROWEST
    for length, waits in zip(lengths, is_delay, strict=True):
        yield max(length * (shrink if waits else 1.0), narrowest)


def _x(seconds: float, stretches: Sequence[_Stretch]) -> float:
    stretch = next((s for s in stretches if seconds <= s.end), stretches[-1])
    length = stretch.end - stretch.start
    part = min(max((seconds - stretch.start) / length, 0.0), 1.0) if length else 0.0
    place = stretch.left + part * (stretch.right - stretch.left)
    return _LEFT + place * (WIDTH - _LEFT - _RIGHT)


def _drawn(mark: Mark, stretches: Sequence[_Stretch]) -> str:
    start, end = _x(mark.start, stretches), _x(mark.end, stretches)
    name = _CLASSES[mark.kind]
    told = escape(_plain(f"{mark.kind.value} at {mark.start:.2f} s {mark.label}".rstrip()))
    if mark.kind is Kind.FAULT:
        points = f"{start:.1f},{_AXIS - 8} {start - 5:.1f},2 {start + 5:.1f},2"
        return f'<polygon class="{name}" points="{points}"><title>{told}</title></polygon>'
    if mark.kind is Kind.LOGIN:
        return (
            f'<circle class="{name}" cx="{start:.1f}" cy="{_AXIS + 11}" r="3">'
            f"<title>{told}</title></circle>"
        )
    width = max(end - start, 2.0)
    bar = (
        f'<rect class="{name}" x="{start:.1f}" y="{_AXIS - _BAR / 2}" width="{width:.1f}" '
        f'height="{_BAR}" rx="2"><title>{told}</title></rect>'
    )
    if mark.kind is not Kind.DELAY:
        return bar
    return (
        f'{bar}<text class="seconds" x="{(start + end) / 2:.1f}" y="{HEIGHT - 4}" '
        f'text-anchor="middle">{mark.end - mark.start:.2f} s</text>'
    )


def _rest(marks: Sequence[Mark]) -> str:
    left = len(marks) - MAX_MARKS
    if left <= 0:
        return ""
    return (
        f'<text class="seconds" x="{WIDTH - _RIGHT}" y="{HEIGHT - 4}" text-anchor="end">'
        f"and {left} more</text>"
    )


def _plain(text: str) -> str:
    """Without what no XML document may hold, and without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
