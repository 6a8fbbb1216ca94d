"""The tables and what is done to them, on Django's own connections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connections

from django_mssql_ops.retry.tokens import Claim, ExactlyOnce
from tests.jepsen.history import Kind, Observed, Operation

#: Through the proxy; and straight to the server, for who looks on.
PROXIED: Final = "default"
DIRECT: Final = "direct"
ACCOUNTS: Final = 5
OPENING_BALANCE: Final = 1_000
_ACCOUNT: Final = "jepsen_account"
_JOURNAL: Final = "jepsen_journal"
_TOKEN: Final = "jepsen_token"
_CREATION: Final = (
    f"CREATE TABLE {_ACCOUNT} (id int PRIMARY KEY, balance int NOT NULL)",
    f"CREATE TABLE {_JOURNAL} (id int IDENTITY PRIMARY KEY, number int NOT NULL)",
    f"CREATE INDEX {_JOURNAL}_number ON {_JOURNAL} (number)",
    f"CREATE TABLE {_TOKEN} (token varchar(64) PRIMARY KEY, created_at datetime2 NOT NULL)",
)


@contextmanager
def opened() -> Iterator[None]:
    """The tables, made anew, and dropped in the end."""
    _drop()
    try:
        with connections[DIRECT].cursor() as cursor:
            for statement in _CREATION:
                cursor.execute(statement)
            for account in range(1, ACCOUNTS + 1):
                cursor.execute(
                    f"INSERT INTO {_ACCOUNT} VALUES (%s, %s)", [account, OPENING_BALANCE]
                )
        yield
    finally:
        _drop()


@dataclass(frozen=True, slots=True)
class Proof:
    """``verify`` for one operation: the package's own helper, with a token that can be read."""

    operation: Operation

    def begin(self, using: tuple[str, ...]) -> Claim:
        return Claim(_token(self.operation.number), using[0], ExactlyOnce(table=_TOKEN))


def apply(operation: Operation) -> None:
    """The body of an operation: what a project's function would do, and nothing more."""
    with connections[PROXIED].cursor() as cursor:
        if operation.kind is Kind.TRANSFER:
            _move(cursor, operation.source, -operation.amount)
            _move(cursor, operation.target, operation.amount)
        cursor.execute(f"INSERT INTO {_JOURNAL} (number) VALUES (%s)", [operation.number])


def observe(first: int) -> Observed:
    """What the server holds of the operations from number ``first`` on."""
    with connections[DIRECT].cursor() as cursor:
        return Observed(
            balances=dict(_rows(cursor, f"SELECT id, balance FROM {_ACCOUNT}")),
            journal=_numbers(cursor, f"SELECT number FROM {_JOURNAL} WHERE number >= %s", first),
            tokens=frozenset(
                int(token.rpartition(" ")[2])
                for [token] in _rows(
                    cursor, f"SELECT token FROM {_TOKEN} WHERE token >= %s", _token(first)
                )
            ),
        )


def doubled() -> Sequence[int]:
    """The numbers that stand in the whole journal more than once, whenever they came there."""
    with connections[DIRECT].cursor() as cursor:
        return _numbers(
            cursor, f"SELECT number FROM {_JOURNAL} GROUP BY number HAVING COUNT(*) > 1"
        )


def look() -> None:
    """Read something: the thread's connection is of use again."""
    with connections[PROXIED].cursor() as cursor:
        _rows(cursor, f"SELECT COUNT(*) FROM {_ACCOUNT}")


def _drop() -> None:
    with connections[DIRECT].cursor() as cursor:
        for table in (_ACCOUNT, _JOURNAL, _TOKEN):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


def _token(number: int) -> str:
    """In the order of the numbers."""
    return f"jepsen {number:012d}"


def _move(cursor: Any, account: int, amount: int) -> None:
    cursor.execute(f"UPDATE {_ACCOUNT} SET balance = balance + %s WHERE id = %s", [amount, account])


def _numbers(cursor: Any, statement: str, *parameters: object) -> tuple[int, ...]:
    return tuple(number for [number] in _rows(cursor, statement, *parameters))


def _rows(cursor: Any, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    cursor.execute(statement, list(parameters))
    return [tuple(row) for row in cursor.fetchall()]
