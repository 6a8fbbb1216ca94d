"""When a fault strikes: the point and what else has to be true of a moment, and how often.

A trigger sees the moments of one run in their order, over all connections.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, fields
from typing import Any, Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import (
    check_parameters,
    number,
    seconds,
    text,
    whole_number,
    yes_or_no,
)

#: Characters of a statement that a pattern is searched in.
MAX_SEARCHED: Final = 10_000
#: Characters of a pattern, and of an SQL verb.
MAX_PATTERN: Final = 1_000
MAX_VERB: Final = 30

#: The points at which there is a statement.
WITH_SQL: Final = frozenset({Point.REQUEST, Point.HOUSEKEEPING, Point.REPLY})
#: The points at which there may be a transaction in which something was done.
IN_SESSION: Final = frozenset(Point) - {Point.ACCEPT, Point.PRELOGIN, Point.TLS, Point.LOGIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """All that is given has to be true. Raises ConfigurationError for what can never be.

    From the ``nth`` moment on that it accepts the fault strikes, each time with ``probability``,
    until it has done so ``count`` times.
    """

    points: tuple[Point, ...]
    nth: int = whole_number(
        "the how-manieth such moment of the run is the first", default=1, minimum=1
    )
    count: int | None = whole_number("how often; always", default=1, minimum=1, optional=True)
    probability: float = number(
        "of each strike, drawn from the run's seed", default=1.0, maximum=1.0
    )
    sql: str | None = text(
        "a regular expression that is in the statement", default=None, maximum=MAX_PATTERN
    )
    verb: str | None = text("the statement's first word", default=None, maximum=MAX_VERB)
    connection: int | None = whole_number(
        "the number of the connection, from 1", default=None, minimum=1
    )
    alias: str | None = text("the alias the proxy stands before", default=None, maximum=200)
    after: float = seconds("seconds after arming from which on it strikes", default=0.0)
    duration: float | None = seconds("seconds for which it does; for ever", default=None)
    dirty: bool | None = yes_or_no("whether something was done in the transaction", default=None)

    def __post_init__(self) -> None:
        check_parameters(self)
        _check_points(self.points)
        for wrong in (self._wrong_number(), self._wrong_text(), self._wrong_point()):
            if wrong:
                raise ConfigurationError(wrong)

    def accepts(self, moment: Moment) -> bool:
        """Whether everything but how often is true of this moment."""
        return (
            moment.point in self.points
            and self.is_open(moment.seconds)
            and self.connection in (None, moment.connection)
            and self.dirty in (None, moment.dirty)
            and (self.verb is None or self.verb.upper() == moment.verb.upper())
            and (self.sql is None or _found(self.sql, moment.sql))
        )

    def is_open(self, seconds: float) -> bool:
        """Whether it strikes so long after arming."""
        return self.after <= seconds and not self.is_over(seconds)

    def is_over(self, seconds: float) -> bool:
        """Whether it will never strike again, so long after arming."""
        return self.duration is not None and seconds >= self.after + self.duration

    def _wrong_number(self) -> str:
        if not self.probability:
            return "probability is 0, so it would never strike; it must be above 0"
        if self.duration == 0:
            return "duration is 0 seconds, so it would never strike; it must be above 0"
        return ""

    def _wrong_text(self) -> str:
        if self.verb is not None and not self.verb.isalpha():
            return f"verb is {self.verb!r}; it must be one word such as INSERT"
        if self.sql is not None:
            try:
                _compiled(self.sql)
            except (re.error, RecursionError, OverflowError) as exc:
                return f"sql is no regular expression: {exc}"
        return ""

    def _wrong_point(self) -> str:
        if (self.sql is not None or self.verb is not None) and not WITH_SQL.issuperset(self.points):
            return f"sql and verb need a statement; there is none at {_without(WITH_SQL, self)}"
        if self.dirty is not None and not IN_SESSION.issuperset(self.points):
            return f"dirty needs a transaction; there is none at {_without(IN_SESSION, self)}"
        if self.dirty is False and Point.COMMIT in self.points:
            return "a commit is always dirty; the other one is at empty commit"
        if self.dirty and Point.EMPTY_COMMIT in self.points:
            return "an empty commit is never dirty; the other one is at commit"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """A fault and when it strikes; ``id`` names it in one run."""

    id: str
    fault: Fault
    trigger: Trigger

    def __post_init__(self) -> None:
        name = self.fault.name
        for point in self.trigger.points:
            if point not in self.fault.points:
                known = ", ".join(point.value for point in self.fault.points)
                raise ConfigurationError(
                    f"{name} makes no sense at {point.value}; it does at {known}"
                )
            contradiction = self.fault.contradiction(point)
            if contradiction:
                raise ConfigurationError(f"{name} {contradiction}")


def injection(
    fault: Fault, *, named: str = "", point: Point | tuple[Point, ...] | None = None, **trigger: Any
) -> Injection:
    """``fault`` at ``point``, or where it strikes by itself, and as often unless told otherwise.

    The other keywords are those of :class:`Trigger`. ``named`` is the injection's id, by default
    the fault's name. Raises ConfigurationError.
    """
    points = fault.default_points if point is None else point
    known = [field.name for field in fields(Trigger) if field.name != "points"]
    for given in trigger:
        if given not in known:
            raise ConfigurationError(f"a trigger has no {given!r}; known: {', '.join(known)}")
    whole = {"count": fault.count, **trigger}
    return Injection(
        id=named or fault.name,
        fault=fault,
        trigger=Trigger(points=(points,) if isinstance(points, Point) else points, **whole),
    )


def _check_points(points: tuple[Point, ...]) -> None:
    if not points:
        raise ConfigurationError("points is empty; expected at least one")
    if len(set(points)) < len(points):
        raise ConfigurationError("a point stands there twice")


def _without(allowed: frozenset[Point], trigger: Trigger) -> str:
    return ", ".join(point.value for point in trigger.points if point not in allowed)


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _found(pattern: str, statement: str) -> bool:
    return _compiled(pattern).search(statement, 0, MAX_SEARCHED) is not None
