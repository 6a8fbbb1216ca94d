"""Tables and views as JSON documents, which is how the catalogue keeps them.

A document has every field of its dataclass. Beside them each column has ``facts``: what sys.columns
and INFORMATION_SCHEMA.COLUMNS say of its type, worked out here so that the views need not.
"""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from typing import Any, Final

from tests.standin.catalog.column_facts import facts_of
from tests.standin.catalog.model import (
    Check,
    Column,
    Default,
    ForeignKey,
    IdentityProperty,
    Index,
    IndexColumn,
    Table,
    View,
)
from tests.standin.sqltypes.sql_type import SqlType

#: Decoded documents kept; a document that is the same text is the same table.
_CACHED: Final = 2048


def encode(relation: Table | View, collation: str) -> str:
    """The document; ``collation`` is the database's, for columns that name none."""
    document = dataclasses.asdict(relation)
    for entry, column in zip(document["columns"], relation.columns, strict=True):
        entry["facts"] = facts_of(column, collation)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=_CACHED)
def decode_table(document: str) -> Table:
    """The table of a document."""
    fields = json.loads(document)
    fields["columns"] = _columns(fields["columns"])
    fields["indexes"] = tuple(_index(entry) for entry in fields["indexes"])
    fields["foreign_keys"] = tuple(_foreign_key(entry) for entry in fields["foreign_keys"])
    fields["checks"] = tuple(_check(entry) for entry in fields["checks"])
    return Table(**fields)


@lru_cache(maxsize=_CACHED)
def decode_view(document: str) -> View:
    """The view of a document."""
    fields = json.loads(document)
    fields["columns"] = _columns(fields["columns"])
    return View(**fields)


def _columns(entries: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(_column(entry) for entry in entries)


def _column(entry: dict[str, Any]) -> Column:
    del entry["facts"]
    entry["type"] = SqlType(**entry["type"])
    if entry["identity"]:
        entry["identity"] = IdentityProperty(**entry["identity"])
    if entry["default"]:
        entry["default"] = Default(**entry["default"])
    return Column(**entry)


def _index(entry: dict[str, Any]) -> Index:
    entry["columns"] = tuple(IndexColumn(**column) for column in entry["columns"])
    entry["included"] = tuple(entry["included"])
    return Index(**entry)


def _foreign_key(entry: dict[str, Any]) -> ForeignKey:
    entry["columns"] = tuple(entry["columns"])
    entry["referenced_columns"] = tuple(entry["referenced_columns"])
    return ForeignKey(**entry)


def _check(entry: dict[str, Any]) -> Check:
    entry["columns"] = tuple(entry["columns"])
    return Check(**entry)
