"""A relay between two ends without sockets: what passes, what is held, and what is noted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.faultproxy.actions import (
    Action,
    Answer,
    Cut,
    CutDriver,
    Execute,
    Forward,
    PartOfReply,
    RawBytes,
    RollBack,
)
from django_mssql_ops.faultproxy.ends import Ended
from django_mssql_ops.faultproxy.framing import payload_of
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.relay import MAX_HELD
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.tds import (
    ColMetadata,
    Column,
    Done,
    DoneStatus,
    PacketType,
    RequestHeaders,
    Row,
    ServerError,
    SqlBatch,
    Token,
    TokenReader,
    TransactionManagerRequest,
    TransactionRequest,
    encode_row,
    encode_token,
    int_type,
    packetize,
)
from tests.faultproxy.ends import Wired
from tests.faultproxy.test_framing import cut

DESCRIPTOR = 0x3E00000001
COLUMNS = (Column("n", int_type()),)
RESULT: tuple[Token, ...] = (
    ColMetadata(COLUMNS),
    Row((1,)),
    Row((2,)),
    Row((3,)),
    Done(status=DoneStatus.COUNT, row_count=3),
)


def batch(sql: str = "SELECT n FROM t", descriptor: int = 0) -> bytes:
    return packetize(
        PacketType.SQL_BATCH, SqlBatch(sql, RequestHeaders(descriptor)).encode(), packet_size=512
    )


def transaction(kind: TransactionRequest, descriptor: int = 0) -> bytes:
    request = TransactionManagerRequest(kind, headers=RequestHeaders(descriptor))
    return packetize(PacketType.TRANSACTION_MANAGER, request.encode())


def answer(*tokens: Token, packet_size: int = 512) -> bytes:
    payload = b"".join(
        encode_row(COLUMNS, token.values) if isinstance(token, Row) else encode_token(token)
        for token in tokens or (Done(),)
    )
    return packetize(PacketType.TABULAR_RESULT, payload, packet_size=packet_size)


def tokens_of(raw: bytes) -> list[Token]:
    reader = TokenReader()
    reader.receive(payload_of(raw))
    tokens = []
    while (token := reader.next_token()) is not None:
        tokens.append(token)
    return tokens


@pytest.fixture
def wired() -> Wired:
    return Wired()


def arm(wired: Wired, point: Point, *actions: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have ``actions`` done at the first ``point``."""
    fault = fault_named("close" if point is not Point.REPLY else "garbage")
    monkeypatch.setattr(type(fault), "inject", lambda self, moment: actions)
    wired.board.arm([injection(fault, point=point)])


def events(wired: Wired) -> list[tuple[str, str, bool]]:
    found = wired.board.events.since()
    return [(one.point, one.verb, one.answered) for one in found if one.kind == "request"]


# --- nothing strikes ---

messages = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=700).map(lambda b: (PacketType.SQL_BATCH, b)),
        st.binary(min_size=1, max_size=700).map(lambda b: (PacketType.RPC, b)),
        st.binary(min_size=1, max_size=300).map(lambda b: (PacketType.TRANSACTION_MANAGER, b)),
        st.integers(MAX_HELD - 600, MAX_HELD + 600).map(
            lambda size: (PacketType.BULK_LOAD, b"long" * (size // 4))
        ),
        st.just((PacketType.ATTENTION, b"")),
    ),
    max_size=4,
)
answers = st.lists(st.binary(min_size=1, max_size=700), max_size=4)
places = st.lists(st.integers(0, 100_000), max_size=8)


@given(messages, answers, places, st.lists(st.booleans(), min_size=1, max_size=8))
def test_bytes_are_the_same_on_both_sides(
    asked: list[tuple[PacketType, bytes]],
    answered: list[bytes],
    where: list[int],
    watched: list[bool],
) -> None:
    """However the stream is cut, and whenever somebody begins or ends to watch."""
    wired = Wired()
    said = b"".join(packetize(kind, content, packet_size=512) for kind, content in asked)
    heard = b"".join(packetize(PacketType.TABULAR_RESULT, one) for one in answered)
    for number, piece in enumerate(cut(said, where)):
        if watched[number % len(watched)]:
            wired.board.arm()
        else:
            wired.board.disarm()
        wired.from_driver(piece)
    for piece in cut(heard, where):
        wired.from_server(piece)
    assert bytes(wired.server.sent) == said
    assert bytes(wired.driver.sent) == heard


def test_requests_are_noted_while_somebody_watches() -> None:
    wired = Wired()
    wired.from_driver(batch())
    wired.from_server(answer())
    wired.board.arm()
    wired.from_driver(batch("/* why */ DELETE FROM t WHERE name = 'secret'"))
    wired.from_server(answer())
    assert events(wired) == [("request", "DELETE", True)]
    assert "secret" not in repr(wired.board.events.since())


def test_an_answer_that_was_asked_for_unseen_passes_unseen() -> None:
    wired = Wired()
    wired.from_driver(batch())
    wired.board.arm([injection(fault_named("garbage"), point=Point.REPLY)])
    wired.from_server(answer())
    assert bytes(wired.driver.sent) == answer()


# --- where a COMMIT stands ---


def converse(wired: Wired, *requests: bytes) -> list[str]:
    """Say these one by one; the points that were noted."""
    for request in requests:
        wired.from_driver(request)
        wired.from_server(answer())
    return [point for point, _, _ in events(wired)]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ([batch("INSERT INTO t VALUES (1)", DESCRIPTOR)], "commit"),
        ([batch("SELECT @@TRANCOUNT", DESCRIPTOR)], "empty commit"),
        ([], "empty commit"),
    ],
)
def test_a_commit_is_dirty_when_something_was_done(inside: list[bytes], expected: str) -> None:
    wired = Wired()
    wired.board.arm()
    begin = transaction(TransactionRequest.BEGIN)
    commit = transaction(TransactionRequest.COMMIT, DESCRIPTOR)
    assert converse(wired, begin, *inside, commit)[-1] == expected


def test_the_commit_after_a_commit_is_empty() -> None:
    wired = Wired()
    wired.board.arm()
    begin = transaction(TransactionRequest.BEGIN)
    points = converse(
        wired,
        begin,
        batch("DELETE FROM t", DESCRIPTOR),
        transaction(TransactionRequest.COMMIT, DESCRIPTOR),
        begin,
        batch("SELECT @@TRANCOUNT", DESCRIPTOR + 1),
        transaction(TransactionRequest.COMMIT, DESCRIPTOR + 1),
    )
    assert points == ["begin", "request", "commit", "begin", "housekeeping", "empty commit"]


def test_a_transaction_that_began_unseen_may_be_dirty() -> None:
    wired = Wired()
    converse(wired, transaction(TransactionRequest.BEGIN), batch("DELETE FROM t", DESCRIPTOR))
    wired.board.arm()
    assert converse(wired, transaction(TransactionRequest.COMMIT, DESCRIPTOR)) == ["commit"]


# --- something strikes ---


def test_what_is_dropped_never_reaches_the_server(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = (ServerError(1205, "deadlock"), Done(status=DoneStatus.ERROR))
    arm(wired, Point.REQUEST, Answer(error), monkeypatch=monkeypatch)
    wired.from_driver(batch())
    assert not wired.server.sent
    assert tokens_of(bytes(wired.driver.sent)) == list(error)
    assert events(wired) == [("request", "SELECT", False)]
    wired.from_driver(batch())
    assert bytes(wired.server.sent) == batch()


def test_the_rest_of_a_long_request_is_dropped_too(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = (ServerError(1205, "deadlock"), Done(status=DoneStatus.ERROR))
    arm(wired, Point.REQUEST, Answer(error), monkeypatch=monkeypatch)
    long = batch("SELECT '" + "x" * 2 * MAX_HELD + "'")
    wired.from_driver(long[: MAX_HELD + 100], long[MAX_HELD + 100 :], batch())
    assert bytes(wired.server.sent) == batch()
    assert tokens_of(bytes(wired.driver.sent)) == list(error)


@pytest.mark.parametrize("point", [Point.REQUEST, Point.REPLY])
def test_what_is_executed_has_its_answer_read_before_the_cut(
    wired: Wired, monkeypatch: pytest.MonkeyPatch, point: Point
) -> None:
    arm(wired, point, Execute(), CutDriver(Cut.RESET), monkeypatch=monkeypatch)
    wired.server.comes.append(answer(*RESULT))
    with pytest.raises(Ended, match="RST"):
        wired.from_driver(batch())
        wired.from_server()
    assert bytes(wired.server.sent) == batch()
    assert not wired.server.comes
    assert not wired.driver.sent
    assert wired.driver.ended is Cut.RESET
    assert events(wired) == [("request", "SELECT", False)]


@pytest.mark.parametrize("point", [Point.REQUEST, Point.REPLY])
@pytest.mark.parametrize("size", [7, 100_000])
@pytest.mark.parametrize("rows", [0, 2, 3, 9])
def test_part_of_an_answer_passes(
    wired: Wired, monkeypatch: pytest.MonkeyPatch, point: Point, size: int, rows: int
) -> None:
    arm(wired, point, PartOfReply(rows), CutDriver(Cut.CLOSE), monkeypatch=monkeypatch)
    whole = answer(*RESULT)
    wired.server.comes += [whole[at : at + size] for at in range(0, len(whole), size)]
    with pytest.raises(Ended):
        wired.from_driver(batch())
        wired.from_server()
    assert tokens_of(bytes(wired.driver.sent)) == list(RESULT[: 1 + min(rows, 3)])


def test_a_part_may_end_inside_a_token(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(wired, Point.REQUEST, PartOfReply(1, inside_token=True), monkeypatch=monkeypatch)
    wired.server.comes.append(answer(*RESULT))
    wired.from_driver(batch())
    passed, whole = payload_of(bytes(wired.driver.sent)), payload_of(answer(*RESULT))
    ends = [len(payload_of(answer(*RESULT[:count]))) for count in (2, 3)]
    assert whole.startswith(passed)
    assert ends[0] < len(passed) < ends[1]


def test_an_error_may_end_a_part(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    error = (ServerError(1205, "deadlock"), Done(status=DoneStatus.ERROR))
    arm(wired, Point.REQUEST, PartOfReply(1), Answer(error), monkeypatch=monkeypatch)
    wired.server.comes.append(answer(*RESULT))
    wired.from_driver(batch())
    assert tokens_of(bytes(wired.driver.sent)) == [*RESULT[:2], *error]


def test_the_servers_transaction_is_rolled_back(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm(wired, Point.REQUEST, RollBack(), RawBytes(b"!"), monkeypatch=monkeypatch)
    wired.server.comes.append(answer())
    wired.from_driver(batch(descriptor=DESCRIPTOR))
    request = TransactionManagerRequest.decode(payload_of(bytes(wired.server.sent)))
    assert request.kind is TransactionRequest.ROLLBACK
    assert request.headers.transaction_descriptor == DESCRIPTOR
    assert bytes(wired.driver.sent) == b"!"


def test_a_reply_that_is_let_go_passes_whole(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(wired, Point.REPLY, Forward(), monkeypatch=monkeypatch)
    wired.from_driver(batch())
    whole = answer(*RESULT)
    wired.from_server(whole[:9], whole[9:])
    assert bytes(wired.driver.sent) == whole
    assert events(wired) == [("request", "SELECT", True)]


def test_an_attention_is_held_alone(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(wired, Point.ATTENTION, monkeypatch=monkeypatch)
    wired.from_driver(batch() + packetize(PacketType.ATTENTION, b""))
    assert bytes(wired.server.sent) == batch()
    wired.from_driver(packetize(PacketType.ATTENTION, b""))
    assert bytes(wired.server.sent) == batch() + packetize(PacketType.ATTENTION, b"")
