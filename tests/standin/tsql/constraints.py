"""Constraints, of a column or of a table.

Microsoft Learn: "ALTER TABLE table_constraint", "ALTER TABLE column_constraint".
"""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.expressions import read_parenthesised, read_value
from tests.standin.tsql.indexes import read_index_columns, skip_storage
from tests.standin.tsql.names import read_identifiers, read_name
from tests.standin.tsql.nodes import (
    CheckConstraint,
    DefaultConstraint,
    ForeignKeyConstraint,
    IndexColumn,
    KeyConstraint,
    TableConstraint,
)
from tests.standin.tsql.stream import TokenStream

_STARTS: Final = frozenset(
    {"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "REFERENCES", "CHECK", "DEFAULT"}
)
_ACTIONS: Final = (("NO", "ACTION"), ("CASCADE",), ("SET", "NULL"), ("SET", "DEFAULT"))


def at_constraint(stream: TokenStream) -> bool:
    """Whether a constraint comes next, with or without its name."""
    return stream.at_any(_STARTS)


def read_constraint_name(stream: TokenStream) -> str:
    """Read CONSTRAINT name; empty where the name is left to the server."""
    return stream.identifier() if stream.accept("CONSTRAINT") else ""


def read_constraint(stream: TokenStream, name: str, column: str = "") -> TableConstraint:
    """Read what follows the name; ``column`` is the one in whose definition it stands."""
    if stream.at("PRIMARY") or stream.at("UNIQUE"):
        return _key(stream, name, column)
    if stream.at("FOREIGN") or (column and stream.at("REFERENCES")):
        return _foreign_key(stream, name, column)
    if stream.accept("CHECK"):
        stream.accept("NOT", "FOR", "REPLICATION")
        return CheckConstraint(read_parenthesised(stream), name)
    return read_default(stream, name)


def read_default(stream: TokenStream, name: str) -> DefaultConstraint:
    """Read DEFAULT value [FOR column] [WITH VALUES]."""
    stream.expect("DEFAULT")
    value = read_value(stream)
    column = stream.identifier() if stream.accept("FOR") else ""
    return DefaultConstraint(value, name, column, stream.accept("WITH", "VALUES"))


def _key(stream: TokenStream, name: str, column: str) -> KeyConstraint:
    is_primary = stream.accept("PRIMARY", "KEY")
    if not is_primary:
        stream.expect("UNIQUE")
    clustered: bool | None = None
    if stream.accept("CLUSTERED"):
        clustered = True
    elif stream.accept("NONCLUSTERED"):
        clustered = False
    columns: tuple[IndexColumn, ...] = (IndexColumn(column),)
    if not column or stream.at("("):
        columns = read_index_columns(stream)
    skip_storage(stream)
    return KeyConstraint(columns, is_primary, name, clustered)


def _foreign_key(stream: TokenStream, name: str, column: str) -> ForeignKeyConstraint:
    columns: tuple[str, ...] = (column,)
    if stream.accept("FOREIGN", "KEY") and (not column or stream.at("(")):
        columns = read_identifiers(stream)
    stream.expect("REFERENCES")
    referenced = read_name(stream)
    referenced_columns = read_identifiers(stream) if stream.at("(") else ()
    actions = {"DELETE": "NO ACTION", "UPDATE": "NO ACTION"}
    while stream.at("ON") and stream.peek().key in actions:
        stream.expect("ON")
        event = stream.advance().key
        actions[event] = _action(stream)
    stream.accept("NOT", "FOR", "REPLICATION")
    return ForeignKeyConstraint(
        columns, referenced, referenced_columns, actions["DELETE"], actions["UPDATE"], name
    )


def _action(stream: TokenStream) -> str:
    for action in _ACTIONS:
        if stream.accept(*action):
            return " ".join(action)
    raise stream.error()
