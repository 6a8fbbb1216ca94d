"""Which column a CHECK belongs to, as 547 and sys.check_constraints tell it."""

from __future__ import annotations

import pytest

from tests.standin.sql_engine import SqlEngine
from tests.test_standin.execution.client import Client


@pytest.mark.parametrize(
    ("condition", "column"),
    [("[a] > 0", "a"), ("A > 0 AND a < 9", "a"), ("a > b", ""), ("1 = 0", "")],
)
def test_a_check_of_one_column_is_that_column_s(condition: str, column: str) -> None:
    engine = SqlEngine()
    engine.start(["app"])
    client = Client(engine)
    try:
        client.run("CREATE TABLE t (b int NULL, a int NULL)")
        client.run(f"ALTER TABLE t ADD CONSTRAINT c CHECK ({condition})")
        assert client.value("SELECT parent_column_id FROM sys.check_constraints") == (
            2 if column else 0
        )
        (failure, *_) = client.failures("INSERT INTO t (a, b) VALUES (0, 1)")
        assert failure.number == 547
        assert failure.message.endswith(f"column '{column}'." if column else '"dbo.t".')
    finally:
        client.close()
        engine.stop()
