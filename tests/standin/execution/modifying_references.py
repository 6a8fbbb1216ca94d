"""Foreign keys: checked when a statement is through, for the rows it changed, actions first.

SQLite's own foreign keys are off, for they name no constraint. Rules: Microsoft Learn, "Primary and
foreign key constraints" and "CREATE TABLE": a key with a NULL in it is not checked; CASCADE,
SET NULL and SET DEFAULT happen before NO ACTION is judged (the order is unconfirmed).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.standin.catalog.model import Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import constraints as errors
from tests.standin.storage.constraints import Change, Holder
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.modification_plan import Reference
from tests.standin.translation.modifications import references_of, references_to
from tests.standin.translation.modifications_columns import default_of, quoted
from tests.standin.translation.plan import Scope

#: Keys looked up by one statement.
_CHUNK: Final = 400

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Values of changed rows; ``columns`` are lower case."""

    columns: tuple[str, ...]
    values: Sequence[Key]

    def keys(self, columns: Iterable[str]) -> list[Key]:
        """The values of these columns, row by row."""
        places = [self.columns.index(column.lower()) for column in columns]
        return [tuple(row[place] for place in places) for row in self.values]


@dataclass(slots=True)
class References:
    """The foreign keys that one statement touches; ``statement`` as errors name it."""

    handle: Holder
    statement: str
    _parents: list[tuple[Reference, list[Key]]] = field(default_factory=list)
    _children: list[tuple[Reference, list[Key]]] = field(default_factory=list)

    def written(self, references: Iterable[Reference], rows: Rows) -> None:
        """Rows have new values in foreign keys."""
        for reference in references:
            self._parents.append((reference, _whole(rows.keys(reference.key.columns))))

    def removed(self, references: Iterable[Reference], rows: Rows) -> None:
        """Rows are gone: those that need them follow, or must not be there."""
        for reference in references:
            keys = _whole(rows.keys(reference.key.referenced_columns))
            action = reference.key.on_delete
            if action == "NO ACTION":
                self._children.append((reference, keys))
            elif action == "CASCADE":
                self._delete_children(reference, keys)
            else:
                self._set_children(reference, action, [(*key, *key) for key in keys])

    def replaced(self, references: Iterable[Reference], old: Rows, new: Rows) -> None:
        """Rows have new values in keys that others need; ``old`` and ``new`` in one order."""
        for reference in references:
            names = reference.key.referenced_columns
            pairs = [
                (before, after)
                for before, after in zip(old.keys(names), new.keys(names), strict=True)
                if before != after and None not in before
            ]
            action = reference.key.on_update
            if action == "NO ACTION":
                self._children.append((reference, _whole([before for before, _ in pairs])))
            else:
                self._set_children(reference, action, [(*old, *new) for old, new in pairs])

    def check(self) -> None:
        """Raise StatementFailed with 547 where a row needs another that is not there."""
        for reference, keys in self._parents:
            for chunk in _chunks(keys):
                self._check_parents(reference, chunk)
        for reference, keys in self._children:
            for chunk in _chunks(keys):
                self._check_children(reference, chunk)

    def _delete_children(self, reference: Reference, keys: list[Key]) -> None:
        child, columns = reference.child, reference.key.columns
        dependents = references_to(child, self.handle.catalog)
        names = _names(other.key.referenced_columns for other in dependents)
        for chunk in _chunks(keys):
            sql = (
                f'DELETE FROM {child.rows} WHERE "_rowid_" IN ({_keys(columns, chunk)}'
                f' SELECT c."_rowid_" FROM keys JOIN {child.rows} AS c ON {_equal("c", columns)})'
                f"{_returning(names)}"
            )
            rows, _ = Change(self.handle, child, self.statement).run(sql, _flat(chunk))
            if rows:
                self.removed(dependents, Rows(names, rows))

    def _set_children(self, reference: Reference, action: str, pairs: list[Key]) -> None:
        """Give the rows that need the first half of a pair the second half, NULL or defaults."""
        child, columns = reference.child, reference.key.columns
        self._refuse_further_dependents(child, columns)
        touched = [
            other
            for other in references_of(child, self.handle.catalog)
            if _overlap(other.key.columns, columns)
        ]
        names = _names(other.key.columns for other in touched)
        settings = ", ".join(
            f"{quoted(column)} = {value}"
            for column, value in zip(columns, self._new_values(reference, action), strict=True)
        )
        for chunk in _chunks(pairs):
            sql = (
                f"UPDATE {child.rows} SET {settings} FROM ({_keys((*columns, *columns), chunk)}"
                f' SELECT c."_rowid_" AS r, keys.* FROM keys JOIN {child.rows} AS c'
                f' ON {_equal("c", columns)}) AS n WHERE {child.rows}."_rowid_" = n.r'
                f"{_returning(names)}"
            )
            rows, _ = Change(self.handle, child, self.statement).run(sql, _flat(chunk))
            self.written(touched, Rows(names, rows))

    def _new_values(self, reference: Reference, action: str) -> list[str]:
        columns = reference.key.columns
        if action == "CASCADE":
            return [f"n.k{len(columns) + place}" for place in range(len(columns))]
        if action == "SET NULL":
            return ["NULL"] * len(columns)
        compiler = Compiler(Scope(self.handle.catalog))
        found = [reference.child.column(name) for name in columns]
        return [default_of(c, reference.child, compiler) or "NULL" for c in found if c is not None]

    def _refuse_further_dependents(self, child: Table, columns: tuple[str, ...]) -> None:
        for other in references_to(child, self.handle.catalog):
            if _overlap(other.key.referenced_columns, columns):
                raise StatementFailed(
                    not_supported(f"an action of a foreign key on what {other.key.name} needs")
                )

    def _check_parents(self, reference: Reference, keys: list[Key]) -> None:
        columns = reference.key.referenced_columns
        missing = self.handle.run(
            f"{_keys(columns, keys)} SELECT 1 FROM keys WHERE NOT EXISTS (SELECT 1"
            f" FROM {reference.parent.rows} AS p WHERE {_equal('p', columns)}) LIMIT 1",
            _flat(keys),
        ).fetchone()
        if missing:
            raise self._conflict("FOREIGN KEY", reference, reference.parent, columns)

    def _check_children(self, reference: Reference, keys: list[Key]) -> None:
        columns, referenced = reference.key.columns, reference.key.referenced_columns
        left = self.handle.run(
            f"{_keys(columns, keys)} SELECT 1 FROM keys JOIN {reference.child.rows} AS c"
            f" ON {_equal('c', columns)} WHERE NOT EXISTS (SELECT 1"
            f" FROM {reference.parent.rows} AS p WHERE {_equal('p', referenced)}) LIMIT 1",
            _flat(keys),
        ).fetchone()
        if left:
            raise self._conflict("REFERENCE", reference, reference.child, columns)

    def _conflict(
        self, kind: str, reference: Reference, table: Table, columns: tuple[str, ...]
    ) -> StatementFailed:
        """547; it names the column where the key has only one."""
        if reference.child.object_id == reference.parent.object_id:
            kind = f"{kind} SAME TABLE" if kind == "FOREIGN KEY" else f"SAME TABLE {kind}"
        return errors.conflict(
            self.statement,
            kind,
            reference.key.name,
            self.handle.catalog.database,
            f"{table.schema}.{table.name}",
            columns[0] if len(columns) == 1 else "",
        )


def _whole(keys: Iterable[Key]) -> list[Key]:
    """The keys without a NULL in them, each once."""
    return [key for key in dict.fromkeys(keys) if None not in key]


def _chunks(keys: list[Key]) -> Iterator[list[Key]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _flat(keys: list[Key]) -> Key:
    return tuple(value for key in keys for value in key)


def _keys(columns: Sequence[str], keys: list[Key]) -> str:
    """The keys as a table ``keys`` with columns k0, k1, …; its values are parameters."""
    names = ", ".join(f"k{place}" for place in range(len(columns)))
    row = f"({', '.join('?' * len(columns))})"
    return f"WITH keys ({names}) AS (VALUES {', '.join([row] * len(keys))})"


def _equal(alias: str, columns: Sequence[str]) -> str:
    """A table's columns are the key; they stand on the left, for theirs is the collation."""
    return " AND ".join(f"{alias}.{quoted(name)} = k{n}" for n, name in enumerate(columns))


def _returning(names: tuple[str, ...]) -> str:
    return f" RETURNING {', '.join(map(quoted, names))}" if names else ""


def _names(keys: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.lower() for key in keys for name in key))


def _overlap(columns: Iterable[str], others: Iterable[str]) -> bool:
    return not {name.lower() for name in columns}.isdisjoint(name.lower() for name in others)
