"""What closing and opening a connection shows of the pool under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.pool.reuse import SESSION, Proof, Reuse, observe_reuse


class Cursor:
    def __init__(self, own: Own) -> None:
        self.own = own
        self.row: tuple[Any, ...] = ()

    def execute(self, statement: str) -> None:
        assert not self.own.rows
        if statement == SESSION:
            self.row = (self.own.session, *self.own.permissions)
        elif isinstance(self.own.connection_id, Exception):
            raise self.own.connection_id
        else:
            self.row = (self.own.connection_id,)
        self.own.rows = 1

    def fetchone(self) -> tuple[Any, ...]:
        self.own.rows = 0
        return self.row

    def close(self) -> None:
        self.own.rows = 0


class Own:
    """An own connection that goes through these sessions, connection ids and sockets."""

    permissions: tuple[int | None, ...] = (0, None, 0)
    rows = 0

    def __init__(
        self,
        sessions: Sequence[int],
        sockets: Sequence[str | None] = (None,) * 3,
        connections: Sequence[Any] = (),
    ) -> None:
        self._sessions, self._sockets, self._connections = sessions, sockets, connections
        if connections:
            self.permissions = (1, None, 0)
        self.logins = 1

    @property
    def connection(self) -> Any:
        return self

    def cursor(self) -> Cursor:
        return Cursor(self)

    @property
    def session(self) -> int:
        return self._sessions[self.logins - 1]

    @property
    def connection_id(self) -> Any:
        return self._connections[self.logins - 1]

    def sockets(self) -> frozenset[str] | None:
        seen = self._sockets[self.logins - 1]
        return None if seen is None else frozenset(seen)

    def reopen(self) -> None:
        assert not self.rows
        self.logins += 1


def observed(*arguments: Any) -> tuple[Reuse | Unreadable, int]:
    own = Own(*arguments)
    return observe_reuse(own, own.sockets), own.logins


def test_another_session_is_another_connection() -> None:
    assert observed([51, 52]) == (Reuse(is_reused=False, proof=Proof.SESSION), 2)


@pytest.mark.parametrize(("second", "reused"), [("A", True), ("B", False)])
def test_the_connection_id_tells(second: str, reused: bool) -> None:
    found = observed([51, 51], ["a", "b"], ["A", second])
    assert found == (Reuse(is_reused=reused, proof=Proof.CONNECTION), 2)


@pytest.mark.parametrize("denied", [RuntimeError("297"), None, "", 7])
def test_a_connection_id_that_cannot_be_read_is_a_fact_less(denied: object) -> None:
    found = observed([51, 51], ["a", "a"], [denied, denied])
    assert found == (Reuse(is_reused=True, proof=Proof.SOCKETS), 2)


@pytest.mark.parametrize(
    ("sockets", "reused", "logins"),
    [
        # Nothing but the own connection.
        (["a", "a"], True, 2),
        (["a", "b", "c"], False, 3),
        # Another thread opens one at the same time, or closes one.
        (["a", "ax"], True, 2),
        (["ax", "a"], True, 2),
        (["a", "bx", "cx"], False, 3),
        # It opens one and closes another; then all is quiet, or the same again.
        (["ax", "ay", "ay"], True, 3),
        (["aux", "auy", "axy"], True, 3),
        (["aux", "buy", "cxy"], False, 3),
    ],
)
def test_the_sockets_tell_whatever_other_threads_do(
    sockets: list[str], reused: bool, logins: int
) -> None:
    found = observed([51, 51, 51], sockets)
    assert found == (Reuse(is_reused=reused, proof=Proof.SOCKETS), logins)


def test_the_second_round_may_show_another_session() -> None:
    found = observed([51, 51, 60], ["a", "b", "c"])
    assert found == (Reuse(is_reused=False, proof=Proof.SESSION), 3)


def test_the_same_session_alone_proves_nothing() -> None:
    found, logins = observed([51, 51, 51])
    assert isinstance(found, Unreadable)
    assert logins == 3


SOCKETS = st.frozensets(st.sampled_from("rstuvwxyz"))


@given(st.tuples(SOCKETS, SOCKETS, SOCKETS))
def test_a_kept_socket_is_never_called_closed_unless_others_came_and_went(
    others: tuple[frozenset[str], ...],
) -> None:
    """The own socket stays; whatever the others do, "not reused" needs one that came and went."""
    found, _ = observed([51, 51, 51], [frozenset("a") | other for other in others])
    assert isinstance(found, Reuse)
    if not found.is_reused:
        assert (others[1] - others[0]) - others[2]


@given(st.tuples(SOCKETS, SOCKETS, SOCKETS))
def test_new_sockets_each_time_are_never_called_reused(
    others: tuple[frozenset[str], ...],
) -> None:
    mine = zip("abc", others, strict=True)
    found, _ = observed([51, 51, 51], [frozenset(own) | other for own, other in mine])
    assert found == Reuse(is_reused=False, proof=Proof.SOCKETS)


def test_what_the_driver_raises_is_the_probers(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: Cursor, statement: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(Cursor, "execute", lost)
    with pytest.raises(ConnectionError):
        observed([51])
