"""What the connections of a proxy share: waits that end when somebody says so."""

from __future__ import annotations

import threading

import pytest

from django_mssql_ops.faultproxy.switchboard import TICK, Switchboard


@pytest.mark.parametrize("end", [Switchboard.release, Switchboard.stop])
def test_a_long_wait_ends_when_everybody_is_let_go(end: object) -> None:
    board = Switchboard()
    waiting = threading.Thread(target=board.wait, args=(600.0,), daemon=True)
    waiting.start()
    for _ in range(100):
        assert callable(end)
        end(board)
        waiting.join(TICK)
        if not waiting.is_alive():
            return
    pytest.fail("it still waits")
