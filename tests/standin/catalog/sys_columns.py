"""sys.columns and its kin, sys.types.

Columns: the pages of these views on Microsoft Learn, for SQL Server 2022. What a document's column
has under ``facts`` is worked out by ``column_facts``.
"""

from __future__ import annotations

from typing import Final

from tests.standin.catalog.column_facts import SYSTEM_TYPES, SystemType
from tests.standin.catalog.view_definition import ViewDefinition, system_view

_COLUMNS: Final = "standin_columns AS c"

#: An alias type's id comes from its own row, sysname's is 256, any other is the system type's.
_USER_TYPE_ID: Final = (
    "CASE c.value ->> 'user_type' WHEN '' THEN c.value ->> '$.facts.system_type_id'"
    " WHEN 'sysname' THEN 256 ELSE (SELECT t.user_type_id FROM standin_types AS t"
    " WHERE t.schema_key || '.' || t.name_key = lower(c.value ->> 'user_type')) END"
)

_COLUMN_COLUMNS: Final = f"""
    object_id            int!          c.object_id
    name                 sysname       c.name
    column_id            int!          c.column_id
    system_type_id       tinyint!      c.value ->> '$.facts.system_type_id'
    user_type_id         int!          {_USER_TYPE_ID}
    max_length           smallint!     c.value ->> '$.facts.max_length'
    precision            tinyint!      c.value ->> '$.facts.precision'
    scale                tinyint!      c.value ->> '$.facts.scale'
    collation_name       sysname       c.value ->> '$.facts.collation'
    is_nullable          bit           c.value ->> 'nullable'
    is_ansi_padded       bit!          1
    is_rowguidcol        bit!          c.value ->> 'rowguid'
    is_identity          bit!          c.value -> 'identity' <> 'null'
"""
_COMPUTED: Final = "c.value ->> 'computed' <> ''"


def _type_row(known: SystemType) -> str:
    text = "1" if known.has_collation else "0"
    user_type_id = known.user_type_id or known.system_type_id
    return (
        f"('{known.name}', {known.system_type_id}, {user_type_id}, 4, {known.max_length},"
        f" {known.precision}, {known.scale}, {text}, {int(known.nullable)}, 0)"
    )


#: All types: the system's, then the aliases; ``text`` says that the type has a collation.
TYPES: Final = f"""
CREATE VIEW main.standin_all_types AS
SELECT column1 AS name, column2 AS system_type_id, column3 AS user_type_id, column4 AS schema_id,
 column5 AS max_length, column6 AS precision, column7 AS scale, column8 AS text,
 column9 AS nullable, column10 AS aliased, NULL AS collation
FROM (VALUES {", ".join(_type_row(known) for known in SYSTEM_TYPES)})
UNION ALL
SELECT t.name, t.facts ->> 'system_type_id', t.user_type_id,
 (SELECT s.schema_id FROM standin_schemas AS s WHERE s.name_key = t.schema_key),
 t.facts ->> 'max_length', t.facts ->> 'precision', t.facts ->> 'scale',
 t.facts -> 'collation' <> 'null', t.nullable, 1, t.facts ->> 'collation'
FROM standin_types AS t
"""

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "sys",
        "columns",
        _COLUMN_COLUMNS
        + f"""
        is_computed          bit!          {_COMPUTED}
        is_filestream        bit!          0
        is_replicated        bit           0
        is_non_sql_subscribed bit          0
        is_merge_published   bit           0
        is_dts_replicated    bit           0
        is_xml_document      bit!          0
        xml_collection_id    int!          0
        default_object_id    int!          ifnull(c.value ->> '$.default.object_id', 0)
        rule_object_id       int!          0
        is_sparse            bit!          0
        is_column_set        bit!          0
        generated_always_type tinyint      0
        generated_always_type_desc nvarchar(60)  'NOT_APPLICABLE'
        encryption_type      int           NULL
        encryption_type_desc nvarchar(64)  NULL
        encryption_algorithm_name sysname  NULL
        column_encryption_key_id int       NULL
        column_encryption_key_database_name sysname  NULL
        is_hidden            bit           0
        is_masked            bit!          0
        graph_type           int           NULL
        graph_type_desc      nvarchar(60)  NULL
        """,
        _COLUMNS,
    ),
    system_view(
        "sys",
        "identity_columns",
        _COLUMN_COLUMNS
        + f"""
        is_computed          bit!          {_COMPUTED}
        seed_value           bigint        c.value ->> '$.identity.seed'
        increment_value      bigint        c.value ->> '$.identity.increment'
        last_value           bigint        standin_identity_current(c.object_id)
        is_not_for_replication bit         0
        """,
        f"{_COLUMNS} WHERE c.value -> 'identity' <> 'null'",
    ),
    system_view(
        "sys",
        "computed_columns",
        _COLUMN_COLUMNS
        + """
        is_computed          bit!           1
        definition           nvarchar(max)  c.value ->> 'computed'
        uses_database_collation bit!        1
        is_persisted         bit!           c.value ->> 'persisted'
        """,
        f"{_COLUMNS} WHERE {_COMPUTED}",
    ),
    system_view(
        "sys",
        "types",
        """
        name             sysname!   t.name
        system_type_id   tinyint!   t.system_type_id
        user_type_id     int!       t.user_type_id
        schema_id        int!       t.schema_id
        principal_id     int        NULL
        max_length       smallint!  t.max_length
        precision        tinyint!   t.precision
        scale            tinyint!   t.scale
        collation_name   sysname    iif(t.text, ifnull(t.collation, standin_collation()), NULL)
        is_nullable      bit        t.nullable
        is_user_defined  bit!       t.aliased
        is_assembly_type bit!       0
        default_object_id int!      0
        rule_object_id   int!       0
        is_table_type    bit!       0
        """,
        "standin_all_types AS t",
    ),
)
