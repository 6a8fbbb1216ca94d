"""The built-in workload: a few statements of its own, as a project's code would run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from django_mssql_ops.connections import wrapper_of
from django_mssql_ops.retrytest.scenarios import Operation

#: Rows of the long result: more than fit into the packet in which it begins.
ROWS: Final = 200
_VALUES: Final = ", ".join(f"({n}, N'{'row ' * 20}')" for n in range(ROWS))
_LONG: Final = f"SELECT v.n, v.t FROM (VALUES {_VALUES}) AS v(n, t)"  # noqa: S608 (constants)
#: Rows that each operation writes.
ENTRIES: Final = {
    Operation.TRANSACTION: 2,
    Operation.AUTOCOMMIT: 1,
    Operation.ROWS: 0,
    Operation.NESTED: 2,
}

Call = Callable[[], object]


@dataclass(slots=True)
class Workload:
    """One operation under one token; ``insert`` is empty where nothing may be written.

    ``calls`` counts how often its body ran, ``callbacks`` how often its on_commit function did.
    ``rows`` is the number of rows of the last result that was returned.
    """

    alias: str
    operation: Operation
    token: str
    insert: str = ""
    calls: int = 0
    callbacks: int = 0
    rows: int | None = field(default=None)

    @property
    def entries(self) -> int:
        """How many rows the ledger has to have of it."""
        return ENTRIES[self.operation] if self.insert else 0

    @property
    def has_callback(self) -> bool:
        return self.operation in (Operation.TRANSACTION, Operation.NESTED)

    @property
    def truncated(self) -> bool:
        return self.rows is not None and self.rows != ROWS

    def run(self) -> None:
        """The body, once."""
        self.calls += 1
        _BODIES[self.operation](self)

    def within(self, call: Call) -> Call:
        """``call``, and around it what the operation's caller would do."""
        if self.operation is not Operation.NESTED:
            return call

        def nested() -> None:
            with transaction.atomic(using=self.alias):
                call()

        return nested

    def in_transaction(self) -> None:
        with transaction.atomic(using=self.alias):
            self.statement(1)
            self.statement(2)
            transaction.on_commit(self._called_back, using=self.alias)

    def statement(self, entry: int) -> None:
        """One statement: the ``entry``-th row, or a SELECT where nothing may be written."""
        with wrapper_of(self.alias).cursor() as cursor:
            if self.insert:
                cursor.execute(self.insert, (self.token, entry))
            else:
                cursor.execute("SELECT %s AS n", (entry,))
                cursor.fetchall()

    def long_result(self) -> None:
        with transaction.atomic(using=self.alias), wrapper_of(self.alias).cursor() as cursor:
            cursor.execute(_LONG)
            found = cursor.fetchall()
        self.rows = len(found)

    def _called_back(self) -> None:
        self.callbacks += 1


_BODIES: Final[dict[Operation, Callable[[Workload], None]]] = {
    Operation.TRANSACTION: Workload.in_transaction,
    Operation.AUTOCOMMIT: lambda workload: workload.statement(1),
    Operation.ROWS: Workload.long_result,
    Operation.NESTED: Workload.in_transaction,
}
