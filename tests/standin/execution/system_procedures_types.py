"""sp_addtype, the old way to CREATE TYPE … FROM.

Source: Microsoft Learn, "sp_addtype (Transact-SQL)".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.execution.definition import execute_definition
from tests.standin.tsql.names import quote
from tests.standin.tsql.parser import parse_batch

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_NULLABILITY: Final = {"null": "NULL", "not null": "NOT NULL", "nonull": "NOT NULL"}


def add_type(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """Raises StatementFailed with the errors of CREATE TYPE."""
    written = str(arguments.get("nulltype") or "null").lower()
    nullability = _NULLABILITY.get(" ".join(written.split()))
    if nullability is None:
        raise StatementFailed(not_supported(f"sp_addtype with {written}"))
    name, base = str(arguments["typename"]), str(arguments["phystype"])
    for node in parse_batch(f"CREATE TYPE {quote(name)} FROM {base} {nullability}"):
        execute_definition(node, handle)
    return ()
