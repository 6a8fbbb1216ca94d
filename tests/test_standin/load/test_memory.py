"""What the stand-in keeps in memory does not grow with what clients ask of it."""

from __future__ import annotations

import pytest

from tests.standin.process import ServerProcess, needs_proc
from tests.test_standin.clients import connect_pyodbc
from tests.test_standin.load.talker import Talker

pytestmark = [pytest.mark.socket, pytest.mark.process, needs_proc]

_ROWS = 100_000
_WIDTH = 500
#: Megabytes that many rows take on the wire, at least.
_ROWS_MEGABYTES = _ROWS * _WIDTH * 2 / 2**20
_TEXTS = 12_000
#: Of them those that fill the caches.
_TEXTS_FIRST = 6_000
#: Megabytes that the others may leave behind: the records of what was asked (see counters).
_KEPT_MEGABYTES = 15


@pytest.mark.slow
def test_rows_are_sent_as_they_are_read(server: ServerProcess) -> None:
    connection = connect_pyodbc(server)
    cursor = connection.cursor()
    cursor.execute(f"CREATE TABLE many (n int PRIMARY KEY, text nvarchar({_WIDTH}) NOT NULL)")
    cursor.execute("INSERT INTO many VALUES (1, REPLICATE(N'x', 500))")
    rows = 1
    while rows < _ROWS:
        more = min(rows, _ROWS - rows)
        cursor.execute(f"INSERT INTO many SELECT n + {rows}, text FROM many WHERE n <= {more}")
        rows += more
    cursor.execute("SELECT n, text FROM many WHERE n < 10").fetchall()
    before = server.megabytes
    cursor.execute("SELECT n, text FROM many")
    count = 0
    grown = 0.0
    while chunk := cursor.fetchmany(5_000):
        count += len(chunk)
        grown = max(grown, server.megabytes - before)
    connection.close()
    assert count == _ROWS
    assert grown < _ROWS_MEGABYTES / 3, f"{grown:.0f} MB for {_ROWS_MEGABYTES:.0f} MB of rows"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_texts_are_not_kept_for_ever(server: ServerProcess) -> None:
    with Talker(server) as client:
        _ask_differently(client, range(_TEXTS_FIRST))
        before = server.megabytes
        _ask_differently(client, range(_TEXTS_FIRST, _TEXTS))
        grown = server.megabytes - before
    assert grown < _KEPT_MEGABYTES, f"{grown:.0f} MB for {_TEXTS - _TEXTS_FIRST} texts"


def _ask_differently(client: Talker, numbers: range) -> None:
    for n in numbers:
        client.run(f"SELECT {n}")
