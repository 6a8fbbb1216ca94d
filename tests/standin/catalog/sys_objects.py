"""sys.schemas, sys.objects and what is a kind of object: tables, views, their definitions.

Columns: the pages of these views on Microsoft Learn, for SQL Server 2022. Left out is what only
features that the stand-in lacks would fill.
"""

from __future__ import annotations

from typing import Final

from tests.standin.catalog.view_definition import SCHEMA_ID, ViewDefinition, system_view

#: Every object with what sys.objects says of it; the views below and the catalogue read it.
OBJECTS: Final = """
CREATE VIEW main.standin_objects AS
SELECT d.name, d.object_id, d.schema_name,
 (SELECT s.schema_id FROM standin_schemas AS s WHERE s.name_key = d.schema_key) AS schema_id,
 0 AS parent_object_id, iif(d.kind = 'table', 'U ', 'V ') AS type,
 iif(d.kind = 'table', 'USER_TABLE', 'VIEW') AS type_desc, d.created, d.modified
FROM standin_documents AS d
UNION ALL
SELECT c.name, c.constraint_id, d.schema_name,
 (SELECT s.schema_id FROM standin_schemas AS s WHERE s.name_key = d.schema_key),
 d.object_id, c.type, c.type_desc, d.created, d.modified
FROM standin_constraints AS c JOIN standin_documents AS d USING (object_id)
"""

_OBJECT_COLUMNS: Final = """
    name                sysname!      o.name
    object_id           int!          o.object_id
    principal_id        int           NULL
    schema_id           int!          o.schema_id
    parent_object_id    int!          o.parent_object_id
    type                char(2)       o.type
    type_desc           nvarchar(60)  o.type_desc
    create_date         datetime!     o.created
    modify_date         datetime!     o.modified
    is_ms_shipped       bit           0
    is_published        bit           0
    is_schema_published bit           0
"""

_LAST_COLUMN: Final = (
    "(SELECT max(c.column_id) FROM standin_columns AS c WHERE c.object_id = d.object_id)"
)

#: The same for tables and views, straight from the documents: their object_id is a key there.
_DOCUMENT_COLUMNS: Final = f"""
    name                sysname!      d.name
    object_id           int!          d.object_id
    principal_id        int           NULL
    schema_id           int!          {SCHEMA_ID}
    parent_object_id    int!          0
    type                char(2)       iif(d.kind = 'table', 'U ', 'V ')
    type_desc           nvarchar(60)  iif(d.kind = 'table', 'USER_TABLE', 'VIEW')
    create_date         datetime!     d.created
    modify_date         datetime!     d.modified
    is_ms_shipped       bit           0
    is_published        bit           0
    is_schema_published bit           0
"""

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "sys",
        "schemas",
        """
        name          sysname!  s.name
        schema_id     int!      s.schema_id
        principal_id  int       iif(s.schema_id BETWEEN 1 AND 4, s.schema_id, 1)
        """,
        "standin_schemas AS s",
    ),
    system_view("sys", "objects", _OBJECT_COLUMNS, "standin_objects AS o"),
    system_view(
        "sys",
        "tables",
        _DOCUMENT_COLUMNS
        + f"""
        lob_data_space_id               int!          0
        filestream_data_space_id        int           NULL
        max_column_id_used              int!          {_LAST_COLUMN}
        lock_on_bulk_load               bit!          0
        uses_ansi_nulls                 bit           1
        is_replicated                   bit           0
        has_replication_filter          bit           0
        is_merge_published              bit           0
        is_sync_tran_subscribed         bit           0
        has_unchecked_assembly_data     bit!          0
        text_in_row_limit               int           0
        large_value_types_out_of_row    bit           0
        is_tracked_by_cdc               bit           0
        lock_escalation                 tinyint       0
        lock_escalation_desc            nvarchar(60)  'TABLE'
        is_filetable                    bit           0
        is_memory_optimized             bit           0
        durability                      tinyint       0
        durability_desc                 nvarchar(60)  'SCHEMA_AND_DATA'
        temporal_type                   tinyint       0
        temporal_type_desc              nvarchar(60)  'NON_TEMPORAL_TABLE'
        history_table_id                int           NULL
        is_remote_data_archive_enabled  bit           0
        is_external                     bit!          0
        history_retention_period        int           NULL
        history_retention_period_unit   int           NULL
        history_retention_period_unit_desc  nvarchar(10)  NULL
        is_node                         bit!          0
        is_edge                         bit!          0
        """,
        "standin_documents AS d WHERE d.kind = 'table'",
    ),
    system_view(
        "sys",
        "views",
        _DOCUMENT_COLUMNS
        + """
        is_replicated                bit   0
        has_replication_filter       bit   0
        has_opaque_metadata          bit!  0
        has_unchecked_assembly_data  bit!  0
        with_check_option            bit!  0
        is_date_correlation_view     bit!  0
        """,
        "standin_documents AS d WHERE d.kind = 'view'",
    ),
    system_view(
        "sys",
        "sql_modules",
        """
        object_id               int!           d.object_id
        definition              nvarchar(max)  d.document ->> 'definition'
        uses_ansi_nulls         bit            1
        uses_quoted_identifier  bit            1
        is_schema_bound         bit            0
        uses_database_collation bit            0
        is_recompiled           bit            0
        null_on_null_input      bit            0
        execute_as_principal_id int            NULL
        uses_native_compilation bit            0
        """,
        "standin_documents AS d WHERE d.kind = 'view'",
    ),
    system_view(
        "sys",
        "extended_properties",
        """
        class       tinyint!      1
        class_desc  nvarchar(60)  'OBJECT_OR_COLUMN'
        major_id    int!          p.major_id
        minor_id    int!          p.minor_id
        name        sysname!      p.name
        value       sql_variant   p.value
        """,
        "standin_properties AS p",
    ),
)

#: MS_Description, the one extended property there is: the comment of a table or a column.
PROPERTIES: Final = """
CREATE VIEW main.standin_properties AS
SELECT d.object_id AS major_id, 0 AS minor_id, 'MS_Description' AS name,
 d.document ->> 'comment' AS value
FROM standin_documents AS d WHERE d.kind = 'table' AND d.document -> 'comment' <> 'null'
UNION ALL
SELECT c.object_id, c.column_id, 'MS_Description', c.value ->> 'comment'
FROM standin_columns AS c WHERE c.value -> 'comment' <> 'null'
"""
