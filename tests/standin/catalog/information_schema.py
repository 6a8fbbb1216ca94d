"""The views of INFORMATION_SCHEMA.

Columns: the pages of these views on Microsoft Learn (System information schema views). As there,
CONSTRAINT_COLUMN_USAGE lists a foreign key with its own table's columns, not the referenced ones.
"""

from __future__ import annotations

from typing import Final

from tests.standin.catalog.view_definition import ViewDefinition, system_view

_CONSTRAINTS: Final = "standin_constraints AS c JOIN standin_documents AS d USING (object_id)"
_TABLE: Final = """
    TABLE_CATALOG       nvarchar(128)  standin_database()
    TABLE_SCHEMA        nvarchar(128)  d.schema_name
    TABLE_NAME          sysname!       d.name
"""
_CONSTRAINT: Final = """
    CONSTRAINT_CATALOG  nvarchar(128)  standin_database()
    CONSTRAINT_SCHEMA   nvarchar(128)  d.schema_name
    CONSTRAINT_NAME     sysname!       c.name
"""
#: An alias type is kept with its schema in front; the system's types have no dot.
_USER_TYPE: Final = "c.value ->> 'user_type'"
_DOT: Final = f"instr({_USER_TYPE}, '.')"
_ALIAS: Final = f"{_DOT} > 0"
_DOMAIN_SCHEMA: Final = f"iif({_ALIAS}, substr({_USER_TYPE}, 1, {_DOT} - 1), NULL)"
_DOMAIN_NAME: Final = f"iif({_ALIAS}, substr({_USER_TYPE}, {_DOT} + 1), NULL)"
_KEY_NAME: Final = (
    "(SELECT i.name FROM standin_indexes AS i"
    " WHERE i.object_id = f.referenced_id AND i.index_id = f.value ->> 'key_index_id')"
)
_FACT: Final = "c.value ->> '$.facts.{}'"
_CHARACTER_SET: Final = (
    "CASE WHEN c.value ->> '$.facts.type_name' IN ('nchar', 'nvarchar', 'ntext') THEN 'UNICODE'"
    " WHEN c.value ->> '$.facts.type_name' IN ('char', 'varchar', 'text') THEN 'iso_1' END"
)

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "INFORMATION_SCHEMA",
        "SCHEMATA",
        """
        CATALOG_NAME                   nvarchar(128)  standin_database()
        SCHEMA_NAME                    nvarchar(128)! s.name
        SCHEMA_OWNER                   nvarchar(128)  iif(s.schema_id > 4, 'dbo', s.name)
        DEFAULT_CHARACTER_SET_CATALOG  varchar(6)     NULL
        DEFAULT_CHARACTER_SET_SCHEMA   varchar(3)     NULL
        DEFAULT_CHARACTER_SET_NAME     sysname        'iso_1'
        """,
        "standin_schemas AS s",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "TABLES",
        _TABLE
        + """
        TABLE_TYPE          varchar(10)    iif(d.kind = 'table', 'BASE TABLE', 'VIEW')
        """,
        "standin_documents AS d",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "VIEWS",
        _TABLE
        + """
        VIEW_DEFINITION     nvarchar(4000) substr(d.document ->> 'definition', 1, 4000)
        CHECK_OPTION        varchar(7)     'NONE'
        IS_UPDATABLE        varchar(2)!    'NO'
        """,
        "standin_documents AS d WHERE d.kind = 'view'",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "COLUMNS",
        _TABLE
        + f"""
        COLUMN_NAME               sysname         c.name
        ORDINAL_POSITION          int             c.position
        COLUMN_DEFAULT            nvarchar(4000)  c.value ->> '$.default.definition'
        IS_NULLABLE               varchar(3)      iif(c.value ->> 'nullable', 'YES', 'NO')
        DATA_TYPE                 nvarchar(128)   {_FACT.format("type_name")}
        CHARACTER_MAXIMUM_LENGTH  int             {_FACT.format("character_length")}
        CHARACTER_OCTET_LENGTH    int             {_FACT.format("octet_length")}
        NUMERIC_PRECISION         tinyint         {_FACT.format("numeric_precision")}
        NUMERIC_PRECISION_RADIX   smallint        {_FACT.format("radix")}
        NUMERIC_SCALE             int             {_FACT.format("numeric_scale")}
        DATETIME_PRECISION        smallint        {_FACT.format("datetime_precision")}
        CHARACTER_SET_CATALOG     sysname         NULL
        CHARACTER_SET_SCHEMA      sysname         NULL
        CHARACTER_SET_NAME        sysname         {_CHARACTER_SET}
        COLLATION_CATALOG         sysname         NULL
        COLLATION_SCHEMA          sysname         NULL
        COLLATION_NAME            sysname         {_FACT.format("collation")}
        DOMAIN_CATALOG            sysname         iif({_ALIAS}, standin_database(), NULL)
        DOMAIN_SCHEMA             sysname         {_DOMAIN_SCHEMA}
        DOMAIN_NAME               sysname         {_DOMAIN_NAME}
        """,
        "standin_columns AS c JOIN standin_documents AS d USING (object_id)",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "TABLE_CONSTRAINTS",
        _CONSTRAINT
        + _TABLE
        + """
        CONSTRAINT_TYPE     varchar(11)    c.standard_type
        IS_DEFERRABLE       varchar(2)!    'NO'
        INITIALLY_DEFERRED  varchar(2)!    'NO'
        """,
        f"{_CONSTRAINTS} WHERE c.standard_type IS NOT NULL",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "KEY_COLUMN_USAGE",
        _CONSTRAINT
        + _TABLE
        + """
        COLUMN_NAME         nvarchar(128)  c.column_name
        ORDINAL_POSITION    int!           c.position
        """,
        "standin_constraint_columns AS c JOIN standin_documents AS d USING (object_id)"
        " WHERE c.position IS NOT NULL",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "CONSTRAINT_COLUMN_USAGE",
        _TABLE
        + """
        COLUMN_NAME         nvarchar(128)  c.column_name
        """
        + _CONSTRAINT,
        "standin_constraint_columns AS c JOIN standin_documents AS d USING (object_id)",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "CONSTRAINT_TABLE_USAGE",
        _TABLE + _CONSTRAINT,
        f"{_CONSTRAINTS} WHERE c.standard_type IS NOT NULL",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "REFERENTIAL_CONSTRAINTS",
        f"""
        CONSTRAINT_CATALOG         nvarchar(128)  standin_database()
        CONSTRAINT_SCHEMA          nvarchar(128)  d.schema_name
        CONSTRAINT_NAME            sysname!       f.name
        UNIQUE_CONSTRAINT_CATALOG  nvarchar(128)  standin_database()
        UNIQUE_CONSTRAINT_SCHEMA   nvarchar(128)  r.schema_name
        UNIQUE_CONSTRAINT_NAME     sysname        {_KEY_NAME}
        MATCH_OPTION               varchar(7)     'SIMPLE'
        UPDATE_RULE                varchar(11)    f.value ->> 'on_update'
        DELETE_RULE                varchar(11)    f.value ->> 'on_delete'
        """,
        "standin_foreign_keys AS f JOIN standin_documents AS d USING (object_id)"
        " JOIN standin_documents AS r ON r.object_id = f.referenced_id",
    ),
    system_view(
        "INFORMATION_SCHEMA",
        "CHECK_CONSTRAINTS",
        """
        CONSTRAINT_CATALOG  nvarchar(128)   standin_database()
        CONSTRAINT_SCHEMA   nvarchar(128)   d.schema_name
        CONSTRAINT_NAME     sysname!        c.value ->> 'name'
        CHECK_CLAUSE        nvarchar(4000)  c.value ->> 'definition'
        """,
        "standin_documents AS d, json_each(d.document, '$.checks') AS c WHERE d.kind = 'table'",
    ),
)
