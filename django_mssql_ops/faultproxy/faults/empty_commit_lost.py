from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.endings import ended, ending, executed, execution
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import yes_or_no
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyCommitLost(Fault):
    """The connection is lost at a COMMIT of nothing. mssql-django sends one after every atomic
    block, when it goes back to autocommit (measured): the data is committed already, and yet the
    project gets an exception. Every new connection begins with one as well (measured), which is hit
    only when the fault is told to."""

    name = "empty-commit-lost"
    summary = "the connection is lost at the empty COMMIT that follows every atomic block"
    points = (Point.EMPTY_COMMIT,)

    when: str = execution()
    how: str = ending()

    at_connect: bool = yes_or_no("hit the one of a new connection instead", default=False)

    def strikes(self, moment: Moment, since: float) -> bool:
        return (moment.commits == 0) is self.at_connect

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (*executed(self.when), ended(self.how))
