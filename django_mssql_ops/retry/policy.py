"""How often and how patiently: the figures of a retry, without a clock."""

from __future__ import annotations

import math
from typing import Any, Final, NoReturn

from django_mssql_ops.exceptions import ConfigurationError

#: More tries than this are a slip: a call would wait for an hour.
LARGEST_MAX_RETRIES = 100
#: Seconds. Nobody waits longer than a day for one call.
LONGEST_WAIT = 86_400.0


class RetryPolicy:
    """How often a call is tried again, and after which delay.

    ``max_retries`` counts the tries after the first one. ``base_delay`` is the unit of all delays:
    1 gives the delays below in seconds, 0 none but those that the server asks for. ``max_delay``
    (seconds) ends the doubling. ``deadline`` is the seconds that the whole call may take, delays
    included, or None; it also bounds the driver's time-outs (see :mod:`.deadline`).

    The other figures are multiples of ``base_delay``. Concurrency (1205, 3960, 413xx): full jitter
    from ``concurrency`` doubling up to ``max_concurrency``, as the simulation of AWS, "Exponential
    backoff and jitter", favours. Connection: ``connection`` plus full jitter doubling from the
    same, because Microsoft's page of transient faults asks for 5 s before the first retry.
    Throttling: the server's floor, not scaled, plus the same jitter.

    A policy cannot be changed; two with the same figures are equal.

    Raises ConfigurationError that names the argument.
    """

    # No dataclass: importing that module and making one takes longer than the rest of this package.
    __slots__ = (
        "base_delay",
        "concurrency",
        "connection",
        "deadline",
        "max_concurrency",
        "max_delay",
        "max_retries",
    )

    max_retries: int
    base_delay: float
    max_delay: float
    deadline: float | None
    concurrency: float
    max_concurrency: float
    connection: float

    def __init__(
        self,
        *,
        max_retries: int = 3,
        base_delay: float = 1.0,
        max_delay: float = 30.0,
        deadline: float | None = None,
        concurrency: float = 0.025,
        max_concurrency: float = 1.0,
        connection: float = 5.0,
    ) -> None:
        figures = {
            "max_retries": max_retries,
            "base_delay": base_delay,
            "max_delay": max_delay,
            "deadline": deadline,
            "concurrency": concurrency,
            "max_concurrency": max_concurrency,
            "connection": connection,
        }
        _check(figures)
        self.__setstate__(figures)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _FIGURES}

    def __setstate__(self, figures: dict[str, Any]) -> None:
        for name, value in figures.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a RetryPolicy cannot be changed; make another with another {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a RetryPolicy cannot be changed; {name} belongs to it")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RetryPolicy):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    def __hash__(self) -> int:
        return hash(tuple(self.__getstate__().values()))

    def __repr__(self) -> str:
        figures = ", ".join(f"{name}={value!r}" for name, value in self.__getstate__().items())
        return f"RetryPolicy({figures})"


#: In the order in which they are shown.
_FIGURES: Final = tuple(RetryPolicy.__annotations__)


def _check(figures: dict[str, Any]) -> None:
    max_retries = figures["max_retries"]
    if not _is_whole(max_retries) or not 0 <= max_retries <= LARGEST_MAX_RETRIES:
        raise ConfigurationError(
            f"max_retries is {_shown(max_retries)}; it must be a whole number, at least 0 and at "
            f"most {LARGEST_MAX_RETRIES}"
        )
    for name in ("base_delay", "max_delay", "concurrency", "max_concurrency", "connection"):
        _check_seconds(name, figures[name], minimum="at least 0")
    if figures["deadline"] is not None:
        _check_seconds("deadline", figures["deadline"], minimum="above 0")


def _check_seconds(name: str, value: object, *, minimum: str) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    low = fits and (value < 0 or (minimum == "above 0" and value == 0))  # type: ignore[operator]
    if not fits or low or value > LONGEST_WAIT:  # type: ignore[operator]
        raise ConfigurationError(
            f"{name} is {_shown(value)}; it must be seconds, {minimum} and at most "
            f"{LONGEST_WAIT:.0f}"
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, int | float) else f"a {type(value).__name__}"
