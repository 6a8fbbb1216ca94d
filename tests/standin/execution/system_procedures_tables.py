"""sp_tables, and what the catalogue procedures share: patterns and owners.

Sources: Microsoft Learn, "sp_tables (Transact-SQL)", "Catalog stored procedures"; ODBC's search
patterns (``%``, ``_``, ``\\`` in front of them) and SQL Server's ``[…]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from django_mssql_ops.tds import nvarchar, varchar
from tests.standin.catalog.model import Relation, Table
from tests.standin.catalog.system_views import system_views
from tests.standin.columns import column
from tests.standin.engine import Result, ResultSet, StatementFailed, not_supported

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_COLUMNS: Final = (
    column("TABLE_QUALIFIER"),
    column("TABLE_OWNER"),
    column("TABLE_NAME"),
    column("TABLE_TYPE", varchar(32)),
    column("REMARKS", nvarchar(254)),
)
_NAME: Final = ("qualifier", "owner", "name")
_KINDS: Final = ("SYSTEM TABLE", "TABLE", "VIEW")


def tables(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """The tables and views whose names are like the arguments."""
    listed = _enumeration(arguments, handle)
    if listed is not None:
        return [ResultSet(_COLUMNS, listed)]
    check_database(arguments.get("table_qualifier"), handle)
    kinds = str(arguments.get("table_type") or "").upper()
    rows = []
    for relation in relations(arguments, handle):
        kind = "TABLE" if isinstance(relation, Table) else "VIEW"
        if not kinds or f"'{kind}'" in kinds or kinds.strip() in (kind, "%"):
            database = handle.catalog.database
            rows.append((database, relation.schema, relation.name, kind, None))
    return [ResultSet(_COLUMNS, tuple(sorted(rows, key=lambda row: (row[3], row[1], row[2]))))]


def _enumeration(
    arguments: Mapping[str, object], handle: Handle
) -> list[tuple[object, ...]] | None:
    """ODBC's lists by a lone "%" among empty arguments: databases, owners, or kinds of tables."""
    qualifier, owner, name = (arguments.get(f"table_{part}") for part in _NAME)
    if name != "" or owner not in ("", "%"):
        return None
    if (qualifier, owner) == ("%", ""):
        names = sorted(database.name for database in handle.runtime.databases())
        return [(database, None, None, None, None) for database in names]
    if (qualifier, owner) == ("", "%"):
        owners = handle.run('SELECT name FROM "sys.schemas" ORDER BY name')
        return [(None, *row, None, None, None) for row in owners]
    if (qualifier, owner, arguments.get("table_type")) == ("", "", "%"):
        return [(None, None, None, kind, None) for kind in _KINDS]
    return None


def relations(arguments: Mapping[str, object], handle: Handle) -> Iterable[Relation]:
    """The tables and views that ``table_name`` and ``table_owner`` are patterns of."""
    uses_patterns = str(arguments.get("fusepattern", 1)) not in ("0", "False")
    named = matcher(arguments.get("table_name"), uses_patterns)
    owned = matcher(arguments.get("table_owner"), uses_patterns)
    catalog = handle.catalog
    everything: list[Relation] = [*catalog.tables(), *catalog.views()]
    everything += [known.view for known in system_views()]
    found = (r for r in everything if named.fullmatch(r.name) and owned.fullmatch(r.schema))
    return sorted(found, key=lambda relation: (relation.schema, relation.name))


def table_named(arguments: Mapping[str, object], handle: Handle, prefix: str = "") -> Table | None:
    """The one table that ``table_name`` and ``table_owner`` name, without patterns."""
    check_database(arguments.get(f"{prefix}table_qualifier"), handle)
    name = str(arguments.get(f"{prefix}table_name") or "").lower()
    owner = str(arguments.get(f"{prefix}table_owner") or "dbo").lower()
    return next(
        (
            table
            for table in handle.catalog.tables()
            if (table.schema.lower(), table.name.lower()) == (owner, name)
        ),
        None,
    )


def check_database(qualifier: object, handle: Handle) -> None:
    """Refuse another database than the session's, and ODBC's question for all of them."""
    if qualifier not in (None, "") and str(qualifier).lower() != handle.catalog.database.lower():
        raise StatementFailed(not_supported(f"the catalogue of another database: {qualifier}"))


def matcher(pattern: object, uses_patterns: bool = True) -> re.Pattern[str]:
    """What a name must be; everything fits where no pattern was given."""
    if pattern is None:
        return re.compile(".*", re.DOTALL)
    text = str(pattern)
    if not uses_patterns:
        return re.compile(re.escape(text), re.IGNORECASE)
    parts = re.findall(r"\\.|\[[^\]]*\]|.", text, re.DOTALL)
    return re.compile("".join(map(_part, parts)), re.IGNORECASE | re.DOTALL)


def _part(part: str) -> str:
    if part == "%":
        return ".*"
    if part == "_":
        return "."
    if part.startswith("\\") and len(part) > 1:
        return re.escape(part[1:])
    if part.startswith("[") and part.endswith("]") and len(part) > 2:
        inner = part[1:-1]
        negated = "^" if inner.startswith("^") and len(inner) > 1 else ""
        letters = re.escape(inner.removeprefix("^") if negated else inner).replace("\\-", "-")
        return f"[{negated}{letters}]"
    return re.escape(part)
