"""Keys, indexes, foreign keys, checks and defaults in sys.

Columns: the pages of these views on Microsoft Learn, for SQL Server 2022.
"""

from __future__ import annotations

from typing import Final

from tests.standin.catalog.view_definition import SCHEMA_ID, ViewDefinition, system_view


def _object_columns(entry: str, kind: str, description: str) -> str:
    """What every constraint has from sys.objects."""
    return f"""
    name                sysname!      {entry} ->> 'name'
    object_id           int!          {entry} ->> 'object_id'
    principal_id        int           NULL
    schema_id           int!          {SCHEMA_ID}
    parent_object_id    int!          d.object_id
    type                char(2)       {kind}
    type_desc           nvarchar(60)  {description}
    create_date         datetime!     d.created
    modify_date         datetime!     d.modified
    is_ms_shipped       bit           0
    is_published        bit           0
    is_schema_published bit           0
    """


def _column_id(name: str, table: str) -> str:
    """The column_id of a table's column."""
    return (
        "(SELECT k.column_id FROM standin_columns AS k"
        f" WHERE k.object_id = {table} AND k.name = {name})"
    )


_ACTIONS: Final = (
    "CASE {0} WHEN 'CASCADE' THEN 1 WHEN 'SET NULL' THEN 2 WHEN 'SET DEFAULT' THEN 3 ELSE 0 END"
)
_PARENT_COLUMN: Final = _column_id("c.value ->> 'column'", "d.object_id")
_ON_DELETE: Final = "f.value ->> 'on_delete'"
_ON_UPDATE: Final = "f.value ->> 'on_update'"
_INDEXES: Final = "standin_indexes AS i JOIN standin_documents AS d USING (object_id)"
_FOREIGN_KEYS: Final = "standin_foreign_keys AS f JOIN standin_documents AS d USING (object_id)"
_IS_KEY: Final = "(i.value ->> 'is_primary' OR i.value ->> 'is_constraint')"

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "sys",
        "indexes",
        """
        object_id             int!           x.object_id
        name                  sysname        x.name
        index_id              int!           x.index_id
        type                  tinyint!       x.type
        type_desc             nvarchar(60)   x.type_desc
        is_unique             bit            x.is_unique
        data_space_id         int            1
        ignore_dup_key        bit            0
        is_primary_key        bit            x.is_primary
        is_unique_constraint  bit            x.is_constraint
        fill_factor           tinyint!       0
        is_padded             bit            0
        is_disabled           bit            0
        is_hypothetical       bit            0
        is_ignored_in_optimization bit       0
        allow_row_locks       bit            1
        allow_page_locks      bit            1
        has_filter            bit            x.filter IS NOT NULL
        filter_definition     nvarchar(max)  x.filter
        compression_delay     int            NULL
        suppress_dup_key_messages bit        0
        auto_created          bit            0
        optimize_for_sequential_key bit      0
        """,
        "standin_indexes_and_heaps AS x",
    ),
    system_view(
        "sys",
        "index_columns",
        f"""
        object_id           int!      x.object_id
        index_id            int!      x.index_id
        index_column_id     int!      x.index_column_id
        column_id           int!      {_column_id("x.column_name", "x.object_id")}
        key_ordinal         tinyint!  x.key_ordinal
        partition_ordinal   tinyint!  0
        is_descending_key   bit       x.descending
        is_included_column  bit       x.included
        column_store_order_ordinal tinyint!  0
        """,
        "standin_index_columns AS x",
    ),
    system_view(
        "sys",
        "key_constraints",
        _object_columns(
            "i.value",
            "iif(i.value ->> 'is_primary', 'PK', 'UQ')",
            "iif(i.value ->> 'is_primary', 'PRIMARY_KEY_CONSTRAINT', 'UNIQUE_CONSTRAINT')",
        )
        + """
        unique_index_id  int   i.value ->> 'index_id'
        is_system_named  bit!  i.value ->> 'system_named'
        is_enforced      bit   1
        """,
        f"{_INDEXES} WHERE {_IS_KEY}",
    ),
    system_view(
        "sys",
        "foreign_keys",
        _object_columns("f.value", "'F '", "'FOREIGN_KEY_CONSTRAINT'")
        + f"""
        referenced_object_id  int           f.referenced_id
        key_index_id          int           f.value ->> 'key_index_id'
        is_disabled           bit!          f.value ->> 'disabled'
        is_not_for_replication bit!         0
        is_not_trusted        bit!          f.value ->> 'not_trusted'
        delete_referential_action tinyint   {_ACTIONS.format(_ON_DELETE)}
        delete_referential_action_desc nvarchar(60)  replace({_ON_DELETE}, ' ', '_')
        update_referential_action tinyint   {_ACTIONS.format(_ON_UPDATE)}
        update_referential_action_desc nvarchar(60)  replace({_ON_UPDATE}, ' ', '_')
        is_system_named       bit!          f.value ->> 'system_named'
        """,
        _FOREIGN_KEYS,
    ),
    system_view(
        "sys",
        "foreign_key_columns",
        f"""
        constraint_object_id  int!  f.constraint_id
        constraint_column_id  int!  f.position
        parent_object_id      int!  f.object_id
        parent_column_id      int!  {_column_id("f.column_name", "f.object_id")}
        referenced_object_id  int!  f.referenced_id
        referenced_column_id  int!  {_column_id("f.referenced_name", "f.referenced_id")}
        """,
        "standin_foreign_key_columns AS f",
    ),
    system_view(
        "sys",
        "check_constraints",
        _object_columns("c.value", "'C '", "'CHECK_CONSTRAINT'")
        + f"""
        is_disabled             bit!           c.value ->> 'disabled'
        is_not_for_replication  bit!           0
        is_not_trusted          bit!           c.value ->> 'not_trusted'
        parent_column_id        int!           ifnull({_PARENT_COLUMN}, 0)
        definition              nvarchar(max)  c.value ->> 'definition'
        uses_database_collation bit            1
        is_system_named         bit!           c.value ->> 'system_named'
        """,
        "standin_documents AS d, json_each(d.document, '$.checks') AS c WHERE d.kind = 'table'",
    ),
    system_view(
        "sys",
        "default_constraints",
        _object_columns("c.value -> 'default'", "'D '", "'DEFAULT_CONSTRAINT'")
        + """
        parent_column_id  int!           c.column_id
        definition        nvarchar(max)  c.value ->> '$.default.definition'
        is_system_named   bit!           c.value ->> '$.default.system_named'
        """,
        "standin_columns AS c JOIN standin_documents AS d USING (object_id)"
        " WHERE c.value -> 'default' <> 'null'",
    ),
)

#: All indexes; a table without a clustered one has its heap, index_id 0, as sys.indexes shows it.
INDEXES: Final = """
CREATE VIEW main.standin_indexes_and_heaps AS
SELECT i.object_id, i.name, i.index_id,
 iif(i.value ->> 'clustered', 1, 2) AS type,
 iif(i.value ->> 'clustered', 'CLUSTERED', 'NONCLUSTERED') AS type_desc,
 i.value ->> 'unique' AS is_unique, i.value ->> 'is_primary' AS is_primary,
 i.value ->> 'is_constraint' AS is_constraint, nullif(i.value ->> 'filter', '') AS filter
FROM standin_indexes AS i
UNION ALL
SELECT d.object_id, NULL, 0, 0, 'HEAP', 0, 0, 0, NULL FROM standin_documents AS d
WHERE d.kind = 'table' AND NOT EXISTS (SELECT 1 FROM standin_indexes AS i
 WHERE i.object_id = d.object_id AND i.value ->> 'clustered')
"""
