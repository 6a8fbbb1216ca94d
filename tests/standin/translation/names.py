"""What names mean inside a query: tables in FROM, their columns, and the queries around.

Every source gets an alias of its own in SQLite ("t1", "t2", …), so no name of the statement can
mean something else there than it does here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tests.standin.catalog.model import Relation
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.translation.dialect import text_of
from tests.standin.translation.plan import Fragment


def quoted(name: str) -> str:
    """A name as SQLite's identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A column of a source: what it is called and what it is in SQLite."""

    name: str
    value: Fragment
    identity: bool = False


@dataclass(slots=True)
class Source:
    """Something in FROM. ``exposed`` is the alias, or else the table's name as written.

    ``qualifiers`` are what may stand in front of the name where there is no alias: the schema and
    the database, innermost first, lower case. ``written`` is the name with what the statement put
    in front of it, for messages.
    """

    exposed: str
    columns: tuple[BoundColumn, ...]
    qualifiers: tuple[str, ...] = ()
    alias: str = ""
    relation: Relation | None = None
    written: str = ""
    _by_name: dict[str, BoundColumn] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = {column.name.lower(): column for column in self.columns}

    def column(self, name: str) -> BoundColumn | None:
        return self._by_name.get(name.lower())

    def answers_to(self, parts: tuple[str, ...]) -> bool:
        """Whether ``schema.table`` or ``alias`` means this source; ``parts`` innermost first."""
        if parts[0].lower() != self.exposed.lower() or len(parts) - 1 > len(self.qualifiers):
            return False
        return all(
            written.lower() in (known, "")
            for written, known in zip(parts[1:], self.qualifiers, strict=False)
        )

    def make_nullable(self) -> None:
        """An outer join may leave this source without a row."""
        self.columns = tuple(
            replace(column, value=replace(column.value, nullable=True)) for column in self.columns
        )
        self.__post_init__()


def relation_source(
    relation: Relation,
    *,
    exposed: str,
    alias: str,
    qualifiers: tuple[str, ...] = (),
    written: str = "",
) -> Source:
    """A table or system view as a source; an ``alias`` of "" leaves its columns bare."""
    prefix = f"{alias}." if alias else ""
    columns = tuple(
        BoundColumn(
            column.name,
            Fragment(prefix + quoted(column.name), column.type, column.nullable),
            column.identity is not None,
        )
        for column in relation.columns
    )
    return Source(exposed, columns, qualifiers, alias, relation, written)


@dataclass(slots=True)
class Grouping:
    """The expressions of GROUP BY, by their SQL; ``kinds`` are their nodes' types."""

    values: dict[str, Fragment]
    kinds: frozenset[type[exp.Expr]]


@dataclass(slots=True)
class Names:
    """The names of one SELECT while it is compiled.

    ``clause`` says where the compiler is; ``grouping`` is set where only grouped values count.
    Without GROUP BY, ``bare_column`` and ``has_aggregate`` show afterwards whether both occurred.
    ``aggregates_column`` says that the aggregate under way has a column of this query.
    """

    outer: Names | None = None
    sources: list[Source] = field(default_factory=list)
    clause: str = "SELECT"
    grouping: Grouping | None = None
    inside_aggregate: bool = False
    aggregates_column: bool = False
    has_aggregate: bool = False
    has_column: bool = False
    bare_column: str = ""

    def chain(self) -> Iterator[Names]:
        """These names, then those of the queries around."""
        names: Names | None = self
        while names is not None:
            yield names
            names = names.outer

    def add(self, source: Source) -> None:
        """Bring a source into scope; its exposed name has to be new (1011, 1013)."""
        for other in self.sources:
            if other.exposed.lower() != source.exposed.lower() or not source.exposed:
                continue
            if other.qualifiers and source.qualifiers:
                if other.qualifiers == source.qualifiers:
                    raise binding.same_exposed_name(other.exposed, source.exposed)
            elif not other.qualifiers and not source.qualifiers:
                raise binding.correlation_name_twice(source.exposed)
            else:
                raise binding.same_exposed_name(other.exposed, source.exposed)
        self.sources.append(source)


def resolve(names: Names | None, node: exp.Column) -> tuple[Names, Source, BoundColumn]:
    """The column that a name means, with the query it belongs to; errors 207, 209 and 4104."""
    parts = _parts(node)
    if len(parts) == 1:
        return _resolve_bare(names, parts[0])
    for scope in names.chain() if names else ():
        for source in scope.sources:
            if source.answers_to(parts[1:]):
                column = source.column(parts[0])
                if column is None:
                    raise binding.invalid_column(parts[0])
                return scope, source, column
    raise binding.not_bound(".".join(reversed(parts)))


def _resolve_bare(names: Names | None, name: str) -> tuple[Names, Source, BoundColumn]:
    for scope in names.chain() if names else ():
        found = [(source, column) for source in scope.sources if (column := source.column(name))]
        if len(found) > 1:
            raise binding.ambiguous_column(name)
        if found:
            return scope, *found[0]
    raise binding.invalid_column(name)


def _parts(node: exp.Column) -> tuple[str, ...]:
    """``schema.table.column`` as ("column", "table", "schema")."""
    parts = []
    for key in ("this", "table", "db", "catalog"):
        part = node.args.get(key)
        if part is None:
            continue
        if not isinstance(part, exp.Identifier):
            raise StatementFailed(not_supported(text_of(node)))
        sigil = "#" if part.args.get("temporary") else ""
        parts.append(sigil + part.name)
    return tuple(parts)
