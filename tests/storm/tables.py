"""Runs as tables in Markdown, which is how docs/proof.md shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.storm.simulation import Run


def comparison(runs: Sequence[Run]) -> str:
    """One line for each strategy."""
    rows = [
        [
            run.name,
            f"{run.survived:.0%}",
            str(run.lost),
            f"{run.goodput:.0f}",
            f"{run.peak} ({run.peak / run.normal:.1f}-fold)",
            _seconds(run.recovery),
            f"{run.attempts_per_success:.2f}",
        ]
        for run in runs
    ]
    return table(
        [
            "clients do",
            "hit requests that survive",
            "requests lost",
            "goodput after, per s",
            "peak load after, per s",
            "recovered after",
            "attempts per success",
        ],
        rows,
    )


def bucket_table(runs: Mapping[tuple[float, int], Run]) -> str:
    """What survives, and the peak, by capacity (rows) and clients of a process (columns)."""
    capacities = sorted({capacity for capacity, _ in runs})
    threads = sorted({number for _, number in runs})
    rows = [
        [
            "no bucket" if math.isinf(capacity) else f"{capacity:g}",
            *(f"{runs[capacity, n].survived:.0%}, peak {runs[capacity, n].peak}" for n in threads),
        ]
        for capacity in capacities
    ]
    return table(["capacity", *(f"{number} threads" for number in threads)], rows)


def refund_table(runs: Mapping[tuple[float, float], Run]) -> str:
    """What lasts when the bucket is empty, by tokens of a retry and of a success."""
    rows = [
        [
            f"{retry:g}",
            f"{refund:g}",
            f"{run.retries_per_success:.2f}",
            f"{run.survived:.0%}",
        ]
        for (retry, refund), run in runs.items()
    ]
    return table(
        ["retry", "refund", "retries per success, last minute", "hit requests that survive"], rows
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown with straight columns; the first is left-aligned, the others right."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (header, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join([first, *others])} |"


def _seconds(seconds: float) -> str:
    return "never" if math.isinf(seconds) else f"{seconds:.0f} s"
