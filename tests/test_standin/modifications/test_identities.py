"""Identity values: never given twice, whatever is rolled back, whoever asks, restart or not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.standin.catalog.model import Column, Table
from tests.standin.sqltypes.sql_type import INT
from tests.standin.storage.identities import Identities
from tests.test_standin.modifications.sandbox import Sandbox, identity

T = Table(1, "dbo", "t", (identity(), Column(2, "a", INT)))
INSERT = "INSERT INTO t (a) VALUES (1)"


def test_seed_and_increment() -> None:
    box = Sandbox(Table(1, "dbo", "t", (identity(seed=100, increment=-10), Column(2, "a", INT))))
    assert [box.change(INSERT).last_identity for _ in range(3)] == [100, 90, 80]


def test_rollback__leaves_a_gap() -> None:
    box = Sandbox(T)
    box.connection.execute("BEGIN")
    node_result = _insert_inside(box)
    box.connection.execute("ROLLBACK")
    assert node_result == 1
    assert box.change(INSERT).last_identity == 2


def _insert_inside(box: Sandbox) -> int:
    value = box.identities.next(box, 1)
    box.connection.execute('INSERT INTO "dbo.t" VALUES (?, 1)', (value,))
    box.identities.keep(box, 1)
    return value


def test_current__is_none_before_the_first() -> None:
    box = Sandbox(T)
    assert box.identities.current(box, 1) is None
    box.change(INSERT)
    assert box.identities.current(box, 1) == 1


def test_reseed__of_a_table_that_had_rows_goes_on_behind_the_value() -> None:
    box = Sandbox(T)
    box.change(INSERT)
    box.identities.reseed(box, 1, 30)
    assert box.change(INSERT).last_identity == 31


def test_reseed__of_a_new_table_gives_the_value_itself() -> None:
    box = Sandbox(T)
    box.identities.reseed(box, 1, 30)
    assert box.change(INSERT).last_identity == 30
    box.identities.reset(box, T)
    assert box.change(INSERT).last_identity == 1


def test_restart__goes_on_behind_the_committed_rows(tmp_path: Path) -> None:
    path = str(tmp_path / "app.sqlite")
    before = Sandbox(T, path=path)
    assert before.change("INSERT INTO t (a) VALUES (1), (2), (3)").last_identity == 3
    before.connection.execute("BEGIN")
    _insert_inside(before)
    before.close()  # as a killed process does: what is not committed is lost
    after = Sandbox(T, path=path)
    assert after.identities.current(after, 1) == 3
    assert after.change(INSERT).last_identity == 4
    after.close()


def test_restart__keeps_a_new_seed(tmp_path: Path) -> None:
    path = str(tmp_path / "app.sqlite")
    before = Sandbox(T, path=path)
    before.identities.reseed(before, 1, 50)
    before.close()
    after = Sandbox(T, path=path)
    assert after.change(INSERT).last_identity == 50
    after.close()


@pytest.mark.parametrize("change", ["reset", "reseed"])
def test_rollback__takes_truncate_and_reseed_back(change: str) -> None:
    box = Sandbox(T)
    box.change("INSERT INTO t (a) VALUES (1), (2), (3)")
    box.connection.execute("BEGIN")
    if change == "reset":
        box.identities.reset(box, T)
    else:
        box.identities.reseed(box, 1, 0)
    assert _insert_inside(box) == 1
    box.connection.execute("ROLLBACK")
    assert box.identities.current(box, 1) == 3
    assert box.change(INSERT).last_identity == 4


def test_other_sessions__do_not_disturb_a_reset_under_way(tmp_path: Path) -> None:
    path, identities = str(tmp_path / "app.sqlite"), Identities()
    box = Sandbox(T, path=path, identities=identities)
    box.connection.execute("PRAGMA journal_mode = WAL")
    other = Sandbox(T, path=path, identities=identities)
    box.change("INSERT INTO t (a) VALUES (1), (2)")
    box.connection.execute("BEGIN")
    box.identities.reset(box, T)
    assert other.identities.current(other, 1) == 2
    assert _insert_inside(box) == 1
    box.connection.execute("COMMIT")
    assert other.identities.current(other, 1) == 1
    box.close()
    other.close()


def test_temporary_tables__are_not_written_down() -> None:
    box = Sandbox(Table(-4, "dbo", "#t", T.columns, temporary=True))
    box.change("INSERT INTO #t (a) VALUES (1), (2)")
    assert box.rows("SELECT * FROM standin_identities") == []


def test_threads__never_get_the_same_value(tmp_path: Path) -> None:
    """Sessions share the Identities of their database; each has its own connection."""
    path, identities = str(tmp_path / "app.sqlite"), Identities()
    boxes = [Sandbox(T, path=path, identities=identities) for _ in range(4)]
    values: list[int] = []

    def take(box: Sandbox) -> None:
        values.extend(box.identities.next(box, 1) for _ in range(200))

    threads = [threading.Thread(target=take, args=(box,)) for box in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(values) == list(range(1, 801))
    for box in boxes:
        box.close()
