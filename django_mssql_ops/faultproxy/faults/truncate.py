from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, PartOfReply
from django_mssql_ops.faultproxy.endings import ended, ending
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import whole_number, yes_or_no
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Fault):
    """The answer breaks off after some of its rows, between two tokens or inside one. The server
    has done its work; what is in question is whether anybody takes the part for the whole."""

    name = "truncate"
    summary = "the answer breaks off"
    points = (Point.REQUEST, Point.HOUSEKEEPING, Point.REPLY)

    rows: int = whole_number("how many rows pass", default=0)
    inside_token: bool = yes_or_no("break off inside the next token", default=False)
    how: str = ending()

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (PartOfReply(self.rows, self.inside_token), ended(self.how))
