"""Scripts of others, which are not part of the project: skipped where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.standin.engine import NOT_SUPPORTED, StatementFailed
from tests.standin.tsql.parser import parse_batch, split_script
from tests.standin.tsql.stream import TokenStream

SCRIPTS = Path(__file__).parents[4] / "shared" / "data" / "ddl"
#: Variables of the sqlcmd tool, ``$(Name)`` and ``:setvar``, are no T-SQL.
TOOL_MARKS = ("$(", ":setvar", ":on error")
#: These shall parse, whatever else a script has.
NEEDED = frozenset({"TABLE", "INDEX", "UNIQUE", "CLUSTERED", "NONCLUSTERED", "SCHEMA", "TYPE"})


@pytest.mark.parametrize(
    "name", ["adventureworks", "chinook", "contoso_university", "northwind", "pubs"]
)
def test_every_batch_is_parsed_or_refused_by_name(name: str) -> None:
    path = SCRIPTS / f"{name}.sql"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    text = path.read_text("utf-8-sig")
    for batch in split_script(text):
        try:
            parse_batch(batch)
        except StatementFailed as error:
            assert error.failure.number == NOT_SUPPORTED or _is_for_the_tool(batch), error
            assert not _is_needed(batch), error


def _is_for_the_tool(batch: str) -> bool:
    return any(mark in batch.lower() for mark in TOOL_MARKS)


def _is_needed(batch: str) -> bool:
    """CREATE TABLE, INDEX, SCHEMA, TYPE, VIEW and ALTER TABLE, alone in their batch."""
    stream = TokenStream(batch)
    verb, kind = stream.peek(0).key, stream.peek(1).key
    return (verb == "CREATE" and kind in NEEDED | {"VIEW"}) or (verb, kind) == ("ALTER", "TABLE")
