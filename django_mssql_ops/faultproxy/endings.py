"""How faults leave a conversation: words for their parameters, and the actions they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver, Execute, Stall
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.parameters import word

_ENDINGS: Final[dict[str, Action]] = {
    "reset": CutDriver(Cut.RESET),
    "close": CutDriver(Cut.CLOSE),
    "stall": Stall(),
}
_CUTS: Final = ("reset", "close")

#: The points of a request that the server can have executed although no answer comes.
EXECUTABLE: Final = frozenset(
    {
        Point.LOGIN,
        Point.BEGIN,
        Point.REQUEST,
        Point.HOUSEKEEPING,
        Point.REPLY,
        Point.COMMIT,
        Point.EMPTY_COMMIT,
        Point.ROLLBACK,
    }
)


def ending(*, default: str = "reset") -> Any:
    """The parameter ``how`` of a fault that cuts a connection or falls silent."""
    meaning = "RST, FIN, or silence on a connection that stays open"
    return word(meaning, tuple(_ENDINGS), default=default)


def cut(*, default: str = "reset") -> Any:
    """The parameter ``how`` of a fault that can only cut."""
    return word("RST or FIN", _CUTS, default=default)


def ended(how: str) -> Action:
    """The action that such a parameter stands for."""
    return _ENDINGS[how]


def execution() -> Any:
    """The parameter ``when`` of a fault that strikes before or after the server did the work."""
    meaning = "before or after the server has executed what the driver sent"
    return word(meaning, ("before", "after"), default="before")


def executed(when: str) -> Sequence[Action]:
    """What has to be done first for such a parameter."""
    return (Execute(),) if when == "after" else ()


def impossible_execution(when: str, point: Point | None) -> str:
    """What is wrong with ``when`` at ``point``; "" for nothing. Goes on after the fault's name."""
    if when == "after" and point is not None and point not in EXECUTABLE:
        return f"cannot strike after the execution at {point.value}: nothing is executed there"
    return ""
