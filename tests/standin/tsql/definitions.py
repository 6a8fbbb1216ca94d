"""CREATE and DROP. What the stand-in has no node for is refused by its name.

Microsoft Learn: "CREATE TABLE", "CREATE VIEW", "CREATE SCHEMA", "CREATE TYPE", "CREATE DATABASE",
"DROP TABLE" and its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.columns import read_table_items
from tests.standin.tsql.indexes import read_create_index, read_drop_index, skip_storage
from tests.standin.tsql.names import read_identifiers, read_name, read_names
from tests.standin.tsql.nodes import (
    CreateDatabase,
    CreateSchema,
    CreateTable,
    CreateType,
    CreateView,
    DropDatabase,
    DropSchema,
    DropTable,
    DropView,
    Statement,
)
from tests.standin.tsql.queries import skip_common_tables, skip_query
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.type_names import read_type

#: Reads what follows the first words; the line is where the statement begins.
_Rule = Callable[[Parser, int], Statement]

_INDEX_WORDS: Final = frozenset({"UNIQUE", "CLUSTERED", "NONCLUSTERED", "INDEX", "COLUMNSTORE"})
#: A view's attributes that change nothing the stand-in could show.
_VIEW_ATTRIBUTES: Final = frozenset({"SCHEMABINDING", "VIEW_METADATA"})


@statement("CREATE")
def _create(parser: Parser) -> Statement:
    line = parser.line
    or_alter = parser.at("CREATE", "OR", "ALTER")
    kind = parser.peek(3 if or_alter else 1)
    if kind.key == "VIEW":
        return _create_view(parser, line)
    if or_alter:
        raise parser.refused(f"CREATE OR ALTER {kind.text.upper()}")
    if kind.key in _INDEX_WORDS:
        parser.expect("CREATE")
        return read_create_index(parser, line)
    return _by_second_word(parser, _CREATE, line)


@statement("DROP")
def _drop(parser: Parser) -> Statement:
    return _by_second_word(parser, _DROP, parser.line)


def _by_second_word(parser: Parser, rules: dict[str, _Rule], line: int) -> Statement:
    second = parser.peek()
    rule = rules.get(second.key)
    if rule is not None:
        parser.advance()
        parser.advance()
        return rule(parser, line)
    if not second.key or not second.key[0].isalpha():
        raise parser.error(second)
    raise parser.refused(f"{parser.token.key} {second.key}")


# --- CREATE ---------------------------------------------------------------------------------------


def _create_table(parser: Parser, line: int) -> CreateTable:
    name = read_name(parser)
    if parser.at("AS"):
        raise parser.refused("CREATE TABLE AS")
    items = read_table_items(parser, name)
    skip_storage(parser)
    return CreateTable(name, items.columns, items.constraints, items.indexes, line)


def _create_view(parser: Parser, line: int) -> CreateView:
    """The rest of the batch belongs to the view, and the view's definition is the batch."""
    if not parser.at_batch_start:
        raise syntax.must_be_first("CREATE VIEW", line)
    parser.expect("CREATE")
    or_alter = parser.accept("OR", "ALTER")
    parser.expect("VIEW")
    name = read_name(parser)
    columns = read_identifiers(parser) if parser.at("(") else ()
    if parser.accept("WITH"):
        _skip_view_attributes(parser)
    parser.expect("AS")
    start = parser.position
    if parser.at("WITH"):
        skip_common_tables(parser)
    if parser.at("("):
        raise parser.refused("CREATE VIEW AS (query)")
    skip_query(parser)
    query = parser.since(start)
    if parser.at("WITH"):
        raise parser.refused("WITH CHECK OPTION")
    parser.accept(";")
    if not parser.ended:
        raise parser.error()
    return CreateView(name, columns, query, parser.text, or_alter, line)


def _skip_view_attributes(stream: TokenStream) -> None:
    while True:
        if stream.at("ENCRYPTION"):
            raise stream.refused("CREATE VIEW … WITH ENCRYPTION")
        stream.expect_any(_VIEW_ATTRIBUTES)
        if not stream.accept(","):
            return


def _create_schema(parser: Parser, line: int) -> CreateSchema:
    if parser.position != len(("CREATE", "SCHEMA")):
        raise syntax.must_be_first("CREATE SCHEMA", line)
    name = parser.identifier()
    if parser.accept("AUTHORIZATION") and parser.identifier().lower() != "dbo":
        raise parser.refused("CREATE SCHEMA … AUTHORIZATION of another than dbo")
    parser.accept(";")
    if not parser.ended:
        raise parser.refused("CREATE SCHEMA with the schema's objects")
    return CreateSchema(name, line)


def _create_type(parser: Parser, line: int) -> CreateType:
    name = read_name(parser)
    if not parser.accept("FROM"):
        raise parser.refused(f"CREATE TYPE {parser.token.text.upper()}")
    base = read_type(parser)
    nullable = not parser.accept("NOT", "NULL")
    if nullable:
        parser.accept("NULL")
    return CreateType(name, base, nullable, line)


def _create_database(parser: Parser, line: int) -> CreateDatabase:
    name = parser.identifier()
    collation = parser.identifier() if parser.accept("COLLATE") else ""
    for option in ("CONTAINMENT", "ON", "LOG", "WITH", "FOR", "AS"):
        if parser.at(option):
            raise parser.refused(f"CREATE DATABASE … {option}")
    return CreateDatabase(name, collation, line)


_CREATE: Final[dict[str, _Rule]] = {
    "TABLE": _create_table,
    "SCHEMA": _create_schema,
    "TYPE": _create_type,
    "DATABASE": _create_database,
}


# --- DROP -----------------------------------------------------------------------------------------


def _drop_table(parser: Parser, line: int) -> DropTable:
    if_exists = parser.accept("IF", "EXISTS")
    return DropTable(read_names(parser), if_exists, line)


def _drop_view(parser: Parser, line: int) -> DropView:
    if_exists = parser.accept("IF", "EXISTS")
    return DropView(read_names(parser), if_exists, line)


def _drop_schema(parser: Parser, line: int) -> DropSchema:
    if_exists = parser.accept("IF", "EXISTS")
    return DropSchema(parser.identifier(), if_exists, line)


def _drop_database(parser: Parser, line: int) -> DropDatabase:
    if_exists = parser.accept("IF", "EXISTS")
    names = [parser.identifier()]
    while parser.accept(","):
        names.append(parser.identifier())
    return DropDatabase(tuple(names), if_exists, line)


_DROP: Final[dict[str, _Rule]] = {
    "TABLE": _drop_table,
    "VIEW": _drop_view,
    "INDEX": read_drop_index,
    "SCHEMA": _drop_schema,
    "DATABASE": _drop_database,
}
