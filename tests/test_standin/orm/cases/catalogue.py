"""The tables as the catalogue has them, in few queries, without the names that are made up."""

from __future__ import annotations

from collections import defaultdict

from django.db import connection

_COLUMNS = """
    SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION,
        IS_NULLABLE, COLUMN_DEFAULT
    FROM INFORMATION_SCHEMA.COLUMNS
"""
_INDEXES = """
    SELECT t.name, i.is_primary_key, i.is_unique, i.is_unique_constraint, i.filter_definition,
        COL_NAME(t.object_id, c.column_id), c.key_ordinal, c.is_descending_key,
        c.is_included_column
    FROM sys.tables AS t
    JOIN sys.indexes AS i ON i.object_id = t.object_id
    JOIN sys.index_columns AS c ON c.object_id = i.object_id AND c.index_id = i.index_id
"""
_CHECKS = """
    SELECT OBJECT_NAME(parent_object_id), definition, is_disabled FROM sys.check_constraints
"""
_REFERENCES = """
    SELECT OBJECT_NAME(parent_object_id), COL_NAME(parent_object_id, parent_column_id),
        OBJECT_NAME(referenced_object_id), COL_NAME(referenced_object_id, referenced_column_id)
    FROM sys.foreign_key_columns
"""

Catalogue = dict[str, set[tuple[object, ...]]]


def tables(prefix: str = "") -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith(prefix)]


def described(prefix: str = "") -> Catalogue:
    """Columns, indexes, checks and references of the tables whose names begin so."""
    found: Catalogue = defaultdict(set)
    with connection.cursor() as cursor:
        for query in (_COLUMNS, _INDEXES, _CHECKS, _REFERENCES):
            cursor.execute(query)
            for table, *facts in cursor.fetchall():
                if table.startswith(prefix):
                    found[table].add(tuple(facts))
    return dict(found)
