"""ALTER TABLE and ALTER DATABASE.

Microsoft Learn: "ALTER TABLE (Transact-SQL)", "ALTER DATABASE SET options".
"""

from __future__ import annotations

from tests.standin.tsql.columns import read_items
from tests.standin.tsql.indexes import skip_storage
from tests.standin.tsql.keywords import STATEMENT_STARTS
from tests.standin.tsql.names import read_name
from tests.standin.tsql.nodes import (
    AddToTable,
    AlterColumn,
    AlterDatabase,
    DropFromTable,
    ObjectName,
    Statement,
    SwitchConstraints,
)
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.type_names import read_type


@statement("ALTER")
def _alter(parser: Parser) -> Statement:
    line = parser.line
    if parser.accept("ALTER", "TABLE"):
        return _alter_table(parser, line)
    if parser.accept("ALTER", "DATABASE"):
        return _alter_database(parser, line)
    kind = parser.peek()
    if not kind.key or not kind.key[0].isalpha():
        raise parser.error(kind)
    raise parser.refused(f"ALTER {kind.key}")


def _alter_table(stream: TokenStream, line: int) -> Statement:
    table = read_name(stream)
    check, nocheck = stream.accept("WITH", "CHECK"), stream.accept("WITH", "NOCHECK")
    if stream.accept("ADD"):
        items = read_items(stream, table)
        if items.indexes:
            raise stream.refused("ALTER TABLE … ADD INDEX")
        return AddToTable(table, items.columns, items.constraints, not nocheck, line)
    if stream.at("CHECK") or stream.at("NOCHECK"):
        return _switch_constraints(stream, table, check, line)
    if check or nocheck:
        raise stream.error()
    if stream.accept("ALTER", "COLUMN"):
        return _alter_column(stream, table, line)
    if stream.accept("DROP"):
        return _drop_from_table(stream, table, line)
    for word in ("SWITCH", "REBUILD", "SET", "ENABLE", "DISABLE"):
        if stream.at(word):
            raise stream.refused(f"ALTER TABLE … {word}")
    raise stream.error()


def _alter_column(stream: TokenStream, table: ObjectName, line: int) -> AlterColumn:
    column = stream.identifier()
    if stream.at("ADD") or stream.at("DROP"):
        raise stream.refused(f"ALTER COLUMN … {stream.token.key}")
    kind = read_type(stream)
    collation = stream.identifier() if stream.accept("COLLATE") else ""
    nullable: bool | None = None
    if stream.accept("NULL"):
        nullable = True
    elif stream.accept("NOT", "NULL"):
        nullable = False
    if stream.at("WITH", "("):
        raise stream.refused("ALTER COLUMN … WITH")
    return AlterColumn(table, column, kind, nullable, collation, line)


def _drop_from_table(stream: TokenStream, table: ObjectName, line: int) -> DropFromTable:
    """Names without COLUMN or CONSTRAINT before them are of the kind of the name before."""
    names: dict[bool, list[str]] = {True: [], False: []}
    is_column = if_exists = False
    while True:
        if stream.accept("COLUMN"):
            is_column = True
        elif stream.accept("CONSTRAINT"):
            is_column = False
        elif stream.at("PERIOD", "FOR"):
            raise stream.refused("ALTER TABLE … DROP PERIOD")
        if stream.accept("IF", "EXISTS"):
            if_exists = True
        names[is_column].append(stream.identifier())
        skip_storage(stream)
        if not stream.accept(","):
            return DropFromTable(table, tuple(names[True]), tuple(names[False]), if_exists, line)


def _switch_constraints(
    stream: TokenStream, table: ObjectName, validate: bool, line: int
) -> SwitchConstraints:
    enable = stream.accept("CHECK")
    if not enable:
        stream.expect("NOCHECK")
    stream.expect("CONSTRAINT")
    names: list[str] = []
    if not stream.accept("ALL"):
        names.append(stream.identifier())
        while stream.accept(","):
            names.append(stream.identifier())
    return SwitchConstraints(table, tuple(names), enable, validate, line)


def _alter_database(stream: TokenStream, line: int) -> AlterDatabase:
    """``CURRENT`` is the name of the session's own database: empty here."""
    name = "" if stream.accept("CURRENT") else stream.identifier()
    if not stream.accept("SET"):
        raise stream.refused(f"ALTER DATABASE … {stream.token.text.upper()}")
    words: list[str] = []
    while not stream.ended and not stream.at(";") and not _at_next_statement(stream):
        words.append(stream.advance().text.upper())
    if not words:
        raise stream.error()
    return AlterDatabase(name, " ".join(words), line)


def _at_next_statement(stream: TokenStream) -> bool:
    """SET … WITH ROLLBACK IMMEDIATE has two words that begin statements elsewhere."""
    if stream.at("WITH") or (stream.at("ROLLBACK") and stream.peek(-1).key == "WITH"):
        return False
    return stream.at_any(STATEMENT_STARTS) or stream.at("END") or stream.at("ELSE")
