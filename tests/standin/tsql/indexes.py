"""CREATE INDEX, indexes inside a table's definition, and where things are stored.

Microsoft Learn: "CREATE INDEX (Transact-SQL)", "DROP INDEX (Transact-SQL)".
"""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.expressions import read_condition
from tests.standin.tsql.keywords import words
from tests.standin.tsql.names import read_identifiers, read_name
from tests.standin.tsql.nodes import CreateIndex, DropIndex, IndexColumn, ObjectName, SqlText
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

#: Options that change how an index is kept and nothing that a query can see.
_STORAGE_OPTIONS: Final = words(
    """
    ALLOW_PAGE_LOCKS ALLOW_ROW_LOCKS DATA_COMPRESSION DROP_EXISTING FILLFACTOR IGNORE_DUP_KEY MAXDOP
    ONLINE OPTIMIZE_FOR_SEQUENTIAL_KEY PAD_INDEX SORT_IN_TEMPDB STATISTICS_INCREMENTAL
    STATISTICS_NORECOMPUTE
    """
)
#: Those that do change something once they are ON.
_NEVER_ON: Final = frozenset({"DROP_EXISTING", "IGNORE_DUP_KEY"})
_ONLY_FILEGROUP: Final = frozenset({"primary", "default"})
_OLD_OPTIONS: Final = _STORAGE_OPTIONS - _NEVER_ON


def read_create_index(stream: TokenStream, line: int) -> CreateIndex:
    """Read what follows CREATE: [UNIQUE] [CLUSTERED] INDEX name ON table (…) …"""
    unique = stream.accept("UNIQUE")
    clustered = stream.accept("CLUSTERED")
    if not clustered:
        stream.accept("NONCLUSTERED")
    if stream.at("COLUMNSTORE"):
        raise stream.refused("CREATE COLUMNSTORE INDEX")
    stream.expect("INDEX")
    name = stream.identifier()
    stream.expect("ON")
    table = read_name(stream)
    columns = read_index_columns(stream)
    included, condition = _index_tail(stream)
    return CreateIndex(table, name, columns, unique, clustered, included, condition, line)


def read_inline_index(stream: TokenStream, table: ObjectName, column: str = "") -> CreateIndex:
    """Read INDEX name [UNIQUE] [CLUSTERED] (…) … of a table's or a column's definition."""
    line = stream.line
    stream.expect("INDEX")
    name = stream.identifier()
    unique = stream.accept("UNIQUE")
    clustered = stream.accept("CLUSTERED")
    if not clustered:
        stream.accept("NONCLUSTERED")
    if stream.at("COLUMNSTORE") or stream.at("HASH"):
        raise stream.refused(f"INDEX … {stream.token.key}")
    columns: tuple[IndexColumn, ...] = (IndexColumn(column),)
    if not column or stream.at("("):
        columns = read_index_columns(stream)
    included, condition = _index_tail(stream)
    return CreateIndex(table, name, columns, unique, clustered, included, condition, line)


def read_index_columns(stream: TokenStream) -> tuple[IndexColumn, ...]:
    """Read ``(column [ASC | DESC], …)``."""
    stream.expect("(")
    columns = [_index_column(stream)]
    while stream.accept(","):
        columns.append(_index_column(stream))
    stream.expect(")")
    return tuple(columns)


def _index_column(stream: TokenStream) -> IndexColumn:
    name = stream.identifier()
    descending = stream.accept("DESC")
    if not descending:
        stream.accept("ASC")
    return IndexColumn(name, descending)


def _index_tail(stream: TokenStream) -> tuple[tuple[str, ...], SqlText | None]:
    included = read_identifiers(stream) if stream.accept("INCLUDE") else ()
    condition = read_condition(stream) if stream.accept("WHERE") else None
    skip_storage(stream)
    return included, condition


def read_drop_index(stream: TokenStream, line: int) -> DropIndex:
    """Read what follows DROP INDEX: ``[IF EXISTS] name ON table``, or the older ``table.name``."""
    if_exists = stream.accept("IF", "EXISTS")
    name = read_name(stream)
    if stream.accept("ON"):
        if name.schema:
            raise stream.error(stream.peek(-1))
        drop = DropIndex(name.name, read_name(stream), if_exists, line)
        skip_storage(stream)
    elif name.schema:
        drop = DropIndex(name.name, ObjectName(name.schema, name.database), if_exists, line)
    else:
        raise stream.error()
    if stream.at(","):
        raise stream.refused("DROP INDEX of more than one index")
    return drop


def skip_storage(stream: TokenStream) -> None:
    """Read WITH (options) and ON filegroup; what would change an answer is refused."""
    if stream.at("WITH") and stream.peek().key == "(":
        stream.expect("WITH", "(")
        _skip_options(stream, _STORAGE_OPTIONS)
        stream.expect(")")
    elif stream.at("WITH") and stream.peek().key in _OLD_OPTIONS:
        stream.expect("WITH")
        _skip_options(stream, _OLD_OPTIONS)
    while stream.at("ON") or stream.at("TEXTIMAGE_ON") or stream.at("FILESTREAM_ON"):
        stream.advance()
        _skip_filegroup(stream)


def _skip_filegroup(stream: TokenStream) -> None:
    place = stream.token
    if place.kind not in (Kind.WORD, Kind.QUOTED, Kind.STRING):
        raise stream.error()
    if place.value.lower() not in _ONLY_FILEGROUP:
        raise stream.refused(f"filegroup or partition scheme {place.value}")
    stream.position += 1


def _skip_options(stream: TokenStream, allowed: frozenset[str]) -> None:
    _skip_option(stream, allowed)
    while stream.accept(","):
        _skip_option(stream, allowed)


def _skip_option(stream: TokenStream, allowed: frozenset[str]) -> None:
    option = stream.token
    if option.key not in allowed:
        if stream.at_identifier():
            raise stream.refused(f"WITH ({option.key})")
        raise stream.error()
    stream.advance()
    if not stream.accept("="):  # the syntax of old: WITH PAD_INDEX
        return
    if option.key in _NEVER_ON and not stream.at("OFF"):
        raise stream.refused(f"WITH ({option.key} = ON)")
    stream.advance()
