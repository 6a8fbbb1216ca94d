"""What a session answers, token by token, to a client that watches every one of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from django_mssql_ops.tds import (
    Attention,
    Done,
    DoneKind,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    Feature,
    FeatureExtAck,
    FeatureId,
    LoginAck,
    PacketStatus,
    PacketType,
    Parameter,
    ParameterStatus,
    ProcedureId,
    RequestHeaders,
    ReturnStatus,
    ReturnValue,
    Row,
    RpcCall,
    RpcRequest,
    ServerError,
    ServerInfo,
    SqlBatch,
    Token,
    TransactionManagerRequest,
    TransactionRequest,
    int_type,
    nvarchar,
)
from tests.standin import (
    Executed,
    Failure,
    Notice,
    Phase,
    Result,
    ResultSet,
    RowCount,
    StandIn,
    Statement,
)
from tests.standin.columns import INT, column, one_value
from tests.standin.fixtures import StartStandIn
from tests.standin.logins import DEFAULT_PASSWORD, database_unavailable
from tests.standin.session import Session
from tests.standin.sql_engine import SqlEngine
from tests.standin.transactions import TransactionEvent
from tests.test_standin.raw_client import RawClient

pytestmark = pytest.mark.socket


def errors(tokens: list[Token]) -> list[int]:
    return [token.number for token in tokens if isinstance(token, ServerError)]


def dones(tokens: list[Token]) -> list[Done]:
    return [token for token in tokens if isinstance(token, Done)]


def changes(tokens: list[Token]) -> list[EnvChangeType | int]:
    return [token.type for token in tokens if isinstance(token, EnvChange)]


def transaction(
    client: RawClient, kind: TransactionRequest, descriptor: int = 0, **fields: object
) -> list[Token]:
    request = TransactionManagerRequest(
        kind,
        headers=RequestHeaders(transaction_descriptor=descriptor),
        **fields,  # type: ignore[arg-type]
    )
    client.send(PacketType.TRANSACTION_MANAGER, request.encode())
    return client.tokens()


def begin(client: RawClient) -> int:
    tokens = transaction(client, TransactionRequest.BEGIN)
    (change,) = (token for token in tokens if isinstance(token, EnvChange))
    assert isinstance(change.new, bytes)
    return int.from_bytes(change.new, "little")


def call(client: RawClient, *calls: RpcCall) -> list[Token]:
    client.send(PacketType.RPC, RpcRequest(calls).encode())
    return client.tokens()


def test_a_login_is_answered_in_the_order_drivers_expect(standin: StandIn) -> None:
    with RawClient(standin) as client:
        tokens = client.log_in()
    names = [type(token).__name__ for token in tokens]
    assert names.index("LoginAck") < len(names) - 1
    assert names[-1] == "Done"
    assert changes(tokens) == [
        EnvChangeType.DATABASE,
        EnvChangeType.COLLATION,
        EnvChangeType.LANGUAGE,
        EnvChangeType.PACKET_SIZE,
    ]
    (ack,) = (token for token in tokens if isinstance(token, LoginAck))
    assert "stand-in" in ack.program


def test_the_packet_size_that_was_asked_for_is_used(standin: StandIn) -> None:
    rows = [(number,) for number in range(1000)]
    standin.script.on("SELECT n", ResultSet((column("n", INT),), rows))
    with RawClient(standin) as client:
        client.log_in(packet_size=512)
        client.send(PacketType.SQL_BATCH, SqlBatch("SELECT n").encode())
        header = client.socket.recv(8, socket.MSG_PEEK | socket.MSG_WAITALL)
        assert int.from_bytes(header[2:4], "big") == 512
        assert sum(isinstance(token, Row) for token in client.tokens()) == 1000


def test_a_client_older_than_tds_7_3_is_let_go(standin: StandIn) -> None:
    with RawClient(standin) as client, pytest.raises(EOFError):
        client.log_in(tds_version=0x72090002)
    assert "at least 7.3" in standin.wait_until_idle()[0].ended


def test_a_scripted_login_error_closes_the_connection(standin: StandIn) -> None:
    standin.script.on(Phase.LOGIN, database_unavailable("app"), times=1)
    with RawClient(standin) as client:
        assert errors(client.log_in()) == [40613]
        assert client.closed_by_peer()
    with RawClient(standin) as client:
        assert not errors(client.log_in())


def test_integrated_security_is_refused_with_18452(standin: StandIn) -> None:
    with RawClient(standin) as client:
        assert errors(client.log_in(option_flags2=0x83)) == [18452]


@pytest.mark.parametrize("asked", [True, False])
def test_only_a_feature_that_was_asked_for_is_acknowledged(standin: StandIn, asked: bool) -> None:
    features = (Feature(FeatureId.UTF8_SUPPORT), Feature(FeatureId.SESSIONRECOVERY))
    with RawClient(standin) as client:
        tokens = client.log_in(features=features if asked else ())
    granted = [token for token in tokens if isinstance(token, FeatureExtAck)]
    assert granted == ([FeatureExtAck((Feature(FeatureId.UTF8_SUPPORT, b"\x01"),))] * asked)


def test_a_user_nobody_knows_is_18456_with_and_without_a_password(standin: StandIn) -> None:
    for password in ("", "x"):
        with RawClient(standin) as client:
            assert errors(client.log_in(username="nobody", password=password)) == [18456]


class IsolationEngine(SqlEngine):
    """Answers every batch with the session's isolation level."""

    def execute(self, session: Session, statement: Statement) -> Iterator[Result]:
        yield one_value(session.isolation_level, nvarchar(40))


def test_a_transaction_brings_its_isolation_level(start_standin: StartStandIn) -> None:
    standin = start_standin(engine=IsolationEngine())
    with RawClient(standin) as client:
        client.log_in()
        tokens = transaction(client, TransactionRequest.BEGIN, isolation=4)
        (change,) = (token for token in tokens if isinstance(token, EnvChange))
        assert isinstance(change.new, bytes)
        descriptor = int.from_bytes(change.new, "little")
        rows = [t for t in client.batch("x", descriptor=descriptor) if isinstance(t, Row)]
    assert rows == [Row(("SERIALIZABLE",))]


class RecordingEngine(SqlEngine):
    """Remembers what the wire half tells an engine."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def transaction_changed(self, session: Session, event: TransactionEvent) -> None:
        self.heard.append(event.change.value)

    def session_ended(self, session: Session) -> None:
        self.heard.append(f"{session.login} left")


def test_an_engine_hears_of_transactions_and_of_the_end(start_standin: StartStandIn) -> None:
    engine = RecordingEngine()
    standin = start_standin(engine=engine)
    with RawClient(standin) as client:
        client.log_in()
        begin(client)
    standin.wait_until_idle()
    assert engine.heard == ["began", "rolled back", "app left"]


def test_no_password_is_kept(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
    assert DEFAULT_PASSWORD not in repr(standin.wait_until_idle())
    assert DEFAULT_PASSWORD not in repr(standin.configuration)


def test_every_done_but_the_last_says_more(standin: StandIn) -> None:
    standin.script.on(
        "EXEC everything",
        Notice(message="hello"),
        RowCount(3),
        ResultSet((column("n", INT),), ((1,), (2,))),
        Executed(),
        Failure(number=50001, message="no"),
    )
    with RawClient(standin) as client:
        client.log_in()
        tokens = client.batch("EXEC everything")
    assert [(done.status, done.row_count) for done in dones(tokens)] == [
        (DoneStatus.COUNT | DoneStatus.MORE, 3),
        (DoneStatus.COUNT | DoneStatus.MORE, 2),
        (DoneStatus.MORE, 0),
        (DoneStatus.ERROR, 0),
    ]
    assert isinstance(tokens[0], ServerInfo)


def test_an_error_that_follows_an_error_shares_its_done(standin: StandIn) -> None:
    failures = (Failure(number=300, severity=14, message="a"), Failure(number=297, message="b"))
    standin.script.on("SELECT 2", *failures)
    with RawClient(standin) as client:
        client.log_in()
        tokens = client.batch("SELECT 2")
    assert errors(tokens) == [300, 297]
    assert len(dones(tokens)) == 1


def test_a_transaction_is_told_by_its_descriptor(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        descriptor = begin(client)
        assert errors(client.batch("SELECT 1")) == [3989]
        assert not errors(client.batch("SELECT 1", descriptor=descriptor))
        tokens = transaction(client, TransactionRequest.COMMIT, descriptor)
        assert changes(tokens) == [EnvChangeType.COMMIT_TRANSACTION]
        assert errors(client.batch("SELECT 1", descriptor=descriptor)) == [3971]
        assert errors(transaction(client, TransactionRequest.COMMIT)) == [3902]
        assert errors(transaction(client, TransactionRequest.ROLLBACK)) == [3903]


def test_a_commit_can_begin_the_next_transaction_at_once(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        descriptor = begin(client)
        tokens = transaction(client, TransactionRequest.COMMIT, descriptor, begin_new=True)
    assert changes(tokens) == [
        EnvChangeType.COMMIT_TRANSACTION,
        EnvChangeType.BEGIN_TRANSACTION,
    ]


def test_an_error_that_rolls_back_goes_before_the_news_of_it(standin: StandIn) -> None:
    standin.script.on("SELECT 2", Failure(number=1205, severity=13, message="x", rolls_back=True))
    with RawClient(standin) as client:
        client.log_in()
        tokens = client.batch("SELECT 2", descriptor=begin(client))
    assert isinstance(tokens[0], ServerError)
    assert changes(tokens) == [EnvChangeType.ROLLBACK_TRANSACTION]


def test_savepoints_of_the_transaction_manager(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        descriptor = begin(client)
        assert not errors(transaction(client, TransactionRequest.SAVE, descriptor, name="s1"))
        tokens = transaction(client, TransactionRequest.ROLLBACK, descriptor, name="s1")
        assert not errors(tokens)
        assert not changes(tokens)


def test_the_reset_bit_rolls_back_and_is_acknowledged_first(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        begin(client)
        client.batch("SELECT 1", status=PacketStatus.NORMAL)
        tokens = client.batch("SELECT @@TRANCOUNT", status=PacketStatus.RESET_CONNECTION)
    assert changes(tokens)[:2] == [
        EnvChangeType.RESET_COMPLETED,
        EnvChangeType.ROLLBACK_TRANSACTION,
    ]
    assert [token.values for token in tokens if isinstance(token, Row)] == [(0,)]


def test_the_other_reset_bit_keeps_the_transaction(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        descriptor = begin(client)
        tokens = client.batch(
            "SELECT @@TRANCOUNT",
            descriptor=descriptor,
            status=PacketStatus.RESET_CONNECTION_SKIP_TRAN,
        )
    assert [token.values for token in tokens if isinstance(token, Row)] == [(1,)]


def test_a_request_that_was_taken_back_is_answered_with_an_error_and_not_run(
    standin: StandIn,
) -> None:
    with RawClient(standin) as client:
        client.log_in()
        tokens = client.batch("BEGIN TRAN", status=PacketStatus.IGNORE)
        assert [done.status for done in dones(tokens)] == [DoneStatus.ERROR]
        rows = [t.values for t in client.batch("SELECT @@TRANCOUNT") if isinstance(t, Row)]
    assert rows == [(0,)]


def test_an_attention_between_requests_is_acknowledged(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        client.send(PacketType.ATTENTION, Attention().encode())
        (done,) = client.tokens()
    assert isinstance(done, Done)
    assert done.status is DoneStatus.ATTENTION


def test_use_changes_the_database_and_says_so(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        tokens = client.batch("USE [master]")
        assert changes(tokens) == [EnvChangeType.DATABASE]
        assert errors(client.batch("USE nowhere")) == [911]


def test_sp_executesql_binds_by_position_and_by_name(standin: StandIn) -> None:
    statement = Parameter("", nvarchar(100), "SELECT @b, @a")
    declared = Parameter("", nvarchar(100), "@a int, @b int")
    by_position = (Parameter("", int_type(4), 1), Parameter("", int_type(4), 2))
    by_name = (Parameter("@b", int_type(4), 2), Parameter("@a", int_type(4), 1))
    with RawClient(standin) as client:
        client.log_in()
        for values in (by_position, by_name):
            tokens = call(client, RpcCall(ProcedureId.EXECUTE_SQL, (statement, declared, *values)))
            assert [token.values for token in tokens if isinstance(token, Row)] == [(2, 1)]
            assert [done.kind for done in dones(tokens)] == [
                DoneKind.DONEINPROC,
                DoneKind.DONEPROC,
            ]
            assert ReturnStatus(0) in tokens


@pytest.mark.parametrize("procedure", [ProcedureId.EXECUTE, ProcedureId.UNPREPARE])
def test_an_unknown_handle_is_error_8179(standin: StandIn, procedure: ProcedureId) -> None:
    with RawClient(standin) as client:
        client.log_in()
        tokens = call(client, RpcCall(procedure, (Parameter("", int_type(4), 77),)))
    assert errors(tokens) == [8179]
    assert dones(tokens)[-1].status is DoneStatus.ERROR


def test_a_call_without_its_parameters_is_error_201(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        assert errors(call(client, RpcCall(ProcedureId.PREP_EXEC))) == [201]


def test_a_statement_prepared_over_a_handle_replaces_it(standin: StandIn) -> None:
    def prepare(handle: int | None) -> int:
        parameters = (
            Parameter("", int_type(4), handle, ParameterStatus.BY_REFERENCE),
            Parameter("", nvarchar(100), ""),
            Parameter("", nvarchar(100), "SELECT 1"),
        )
        tokens = call(client, RpcCall(ProcedureId.PREP_EXEC, parameters))
        (returned,) = (token for token in tokens if isinstance(token, ReturnValue))
        assert isinstance(returned.value, int)
        return returned.value

    def execute(handle: int) -> list[Token]:
        return call(client, RpcCall(ProcedureId.EXECUTE, (Parameter("", int_type(4), handle),)))

    with RawClient(standin) as client:
        client.log_in()
        first = prepare(None)
        assert not errors(execute(first))
        second = prepare(first)
        assert errors(execute(first)) == [8179]
        assert not errors(execute(second))


def test_several_calls_in_one_message_are_answered_one_after_the_other(standin: StandIn) -> None:
    select = RpcCall(ProcedureId.EXECUTE_SQL, (Parameter("", nvarchar(100), "SELECT 1"),))
    bad = RpcCall(ProcedureId.EXECUTE_SQL, (Parameter("", nvarchar(100), "SELECT nothing"),))
    with RawClient(standin) as client:
        client.log_in()
        tokens = call(client, bad, select)
    ends = [done.status for done in dones(tokens) if done.kind is DoneKind.DONEPROC]
    assert ends == [DoneStatus.ERROR | DoneStatus.MORE, DoneStatus.FINAL]


@pytest.mark.parametrize("procedure", [ProcedureId.CURSOR_OPEN, "sp_who"])
def test_an_unknown_procedure_is_named(standin: StandIn, procedure: ProcedureId | str) -> None:
    with RawClient(standin) as client:
        client.log_in()
        tokens = call(client, RpcCall(procedure))
    (error,) = (token for token in tokens if isinstance(token, ServerError))
    assert error.message.startswith("not supported by the stand-in: procedure")


def test_bulk_load_is_not_supported_and_the_connection_goes_on(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        client.send(PacketType.BULK_LOAD, b"\x00")
        assert errors(client.tokens()) == [50000]
        assert not errors(client.batch("SELECT 1"))


def test_what_is_no_request_ends_the_connection(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        client.send(PacketType.SSPI, b"\x00")
        assert client.closed_by_peer()
    assert "SSPI" in standin.wait_until_idle()[0].ended


def test_traffic_is_counted(standin: StandIn) -> None:
    with RawClient(standin) as client:
        client.log_in()
        client.batch("SELECT 1")
    (record,) = standin.wait_until_idle()
    assert record.bytes_in > 100
    assert record.bytes_out > 100
    assert [(request.kind, request.text) for request in record.requests] == [("batch", "SELECT 1")]
