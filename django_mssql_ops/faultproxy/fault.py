"""What a fault is: a value with parameters that answers a moment with actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import check_parameters


class Fault:
    """A frozen dataclass in ``faults/<name>.py``; its fields are its parameters.

    ``name`` is the name of its module, with hyphens. ``summary`` is one line for lists. ``points``
    are the points at which it makes sense, the first one being where it strikes when a trigger
    names none; ``count`` is how often it strikes when a trigger does not say, None for always.

    Making one with a parameter that is out of bounds raises ConfigurationError.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    points: ClassVar[tuple[Point, ...]]
    count: ClassVar[int | None] = 1

    def __post_init__(self) -> None:
        check_parameters(self, of=self.name)
        contradiction = self.contradiction()
        if contradiction:
            raise ConfigurationError(f"{self.name} {contradiction}")

    @property
    def default_points(self) -> tuple[Point, ...]:
        """Where it strikes when a trigger names no point."""
        return self.points[:1]

    def contradiction(self, point: Point | None = None) -> str:
        """What is wrong with these parameters together, or with them at ``point``; "" for nothing.

        The sentence goes on after the name of the fault.
        """
        return ""

    def strikes(self, moment: Moment, since: float) -> bool:
        """Whether this moment is one for it; a trigger counts only those that are.

        ``since`` is the seconds for which the window of its trigger has been open.
        """
        return True

    def inject(self, moment: Moment) -> Sequence[Action]:
        """What to do at this moment. Pure."""
        raise NotImplementedError
