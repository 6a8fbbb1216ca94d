from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.errors.catalogue import ENDING_SEVERITY
from django_mssql_ops.errors.numbers import meaning_of
from django_mssql_ops.faultproxy import server_errors
from django_mssql_ops.faultproxy.actions import (
    Action,
    Cut,
    CutDriver,
    Execute,
    PartOfReply,
    RollBack,
)
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import text, whole_number, word, yes_or_no
from django_mssql_ops.faultproxy.registry import fault
from django_mssql_ops.tds import ServerError as ErrorToken

_COMMITS: Final = frozenset({Point.COMMIT, Point.EMPTY_COMMIT})
_AFTER: Final = frozenset({Point.REQUEST, Point.HOUSEKEEPING}) | _COMMITS


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class ServerError(Fault):
    """The server answers with an error. Severity and text are the documented ones where none is
    given. The error is in step with the server's transaction: one that ends it really rolls it
    back, one that does not leaves it open, and one that ends the connection closes it."""

    name = "server-error"
    summary = "the server answers with an error of this number"
    points = (
        Point.REQUEST,
        Point.LOGIN,
        Point.BEGIN,
        Point.HOUSEKEEPING,
        Point.COMMIT,
        Point.EMPTY_COMMIT,
        Point.ROLLBACK,
    )

    number: int = whole_number("of the message", minimum=1)
    severity: int | None = whole_number(
        "of the message; the documented one", default=None, minimum=11, maximum=25
    )
    message: str = text("its text; the documented one", default="")
    when: str = word(
        "before or after the execution, or between rows",
        ("before", "after", "mid-rows"),
        default="before",
    )
    closes: bool | None = yes_or_no(
        "the server hangs up after it; as that error does", default=None
    )
    rows: int | None = whole_number("with mid-rows, how many rows pass before it; 1", default=None)

    def contradiction(self, point: Point | None = None) -> str:
        if self.rows is not None and self.when != "mid-rows":
            return f"has rows = {self.rows}, which goes with when = 'mid-rows' alone"
        if self.closes is False and self._error.severity >= ENDING_SEVERITY:
            return f"of severity {self._error.severity} ends the connection; closes cannot be false"
        if point is None or self.when == "before":
            return ""
        if self.when == "mid-rows" and point is not Point.REQUEST:
            return f"cannot strike between rows at {point.value}: there are none"
        if point not in _AFTER:
            return f"cannot strike after the execution at {point.value}"
        return self._wrong_after(point)

    def inject(self, moment: Moment) -> Sequence[Action]:
        if moment.point is Point.LOGIN:
            errors = server_errors.login_errors(self._error)
            return (server_errors.refusal(*errors), CutDriver(Cut.CLOSE))
        return tuple(self._actions(moment))

    @property
    def _error(self) -> ErrorToken:
        return server_errors.error_of(self.number, severity=self.severity, message=self.message)

    @property
    def _hangs_up(self) -> bool:
        return server_errors.ends_connection(self._error) if self.closes is None else self.closes

    def _actions(self, moment: Moment) -> Iterator[Action]:
        error, closes = self._error, self._hangs_up
        has_ended = bool(moment.descriptor) and (closes or server_errors.rolls_back(error))
        if self.when == "mid-rows":
            yield PartOfReply(1 if self.rows is None else self.rows)
        elif self.when == "after":
            yield Execute()
        # After an executed COMMIT there is nothing left to roll back.
        if has_ended and not (self.when == "after" and moment.point in _COMMITS):
            yield RollBack()
        yield server_errors.failure(
            error, ended=moment.descriptor if has_ended and not closes else 0
        )
        if closes:
            yield CutDriver(Cut.CLOSE)

    def _wrong_after(self, point: Point) -> str:
        if point not in _COMMITS:
            return ""
        meaning = meaning_of(self.number)
        if meaning is not None and meaning.aborts_transaction:
            return f"{self.number} says that nothing was committed; after the COMMIT that is a lie"
        if not self._hangs_up:
            return (
                f"{self.number} after the COMMIT would leave the driver in a transaction that is "
                "over; expected an error that ends the connection, such as 40197"
            )
        return ""
