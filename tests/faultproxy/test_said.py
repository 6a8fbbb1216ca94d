"""What a driver said, from the beginning of its message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.prepared import MAX_HANDLES, HandleSearch, Prepared
from django_mssql_ops.faultproxy.said import Said, read_said
from django_mssql_ops.faultproxy.statements import point_of, verb_of
from django_mssql_ops.faultproxy.triggers import MAX_SEARCHED
from django_mssql_ops.tds import (
    Done,
    DoneKind,
    PacketType,
    Parameter,
    ProcedureId,
    RequestHeaders,
    ReturnValue,
    RpcCall,
    RpcRequest,
    SqlBatch,
    TransactionManagerRequest,
    TransactionRequest,
    encode_token,
    int_type,
    nvarchar,
    packetize,
)

IN = RequestHeaders(0x3E00000001)
DESCRIPTOR = IN.transaction_descriptor


def text(sql: str) -> Parameter:
    return Parameter("", nvarchar(4000), sql)


def number(value: int | None) -> Parameter:
    return Parameter("", int_type(), value)


def rpc(procedure: str | ProcedureId, *parameters: Parameter) -> Said:
    request = RpcRequest((RpcCall(procedure, parameters),), IN)
    return read_said(PacketType.RPC, request.encode())


def batch(sql: str) -> Said:
    return read_said(PacketType.SQL_BATCH, SqlBatch(sql, IN).encode())


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("INSERT INTO t VALUES (1)", "INSERT"),
        ("  select 1", "SELECT"),
        ("-- why\n/* how */ ;(UPDATE t SET a = 1", "UPDATE"),
        ("-- nothing else", ""),
        ("/* no end", ""),
        ("", ""),
        ("{CALL p}", ""),
        ("sp_who", "SP_WHO"),
    ],
)
def test_the_verb_is_the_first_word(sql: str, verb: str) -> None:
    assert verb_of(sql) == verb


@pytest.mark.parametrize(
    ("sql", "point"),
    [
        ("SELECT @@TRANCOUNT", Point.HOUSEKEEPING),
        ("SET DATEFORMAT ymd; SET DATEFIRST 7", Point.HOUSEKEEPING),
        ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", Point.HOUSEKEEPING),
        ("set quoted_identifier off set textsize 2147483647 ", Point.HOUSEKEEPING),
        (
            "SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar), "
            "CAST(SERVERPROPERTY('EngineEdition') AS integer)",
            Point.HOUSEKEEPING,
        ),
        ("SET DATEFIRST 7; DELETE FROM t", Point.REQUEST),
        ("SET IDENTITY_INSERT t ON", Point.REQUEST),
        ("SELECT 1", Point.REQUEST),
        ("", Point.REQUEST),
        ("BEGIN TRAN", Point.BEGIN),
        ("begin transaction;", Point.BEGIN),
        ("BEGIN", Point.REQUEST),
        ("BEGIN TRAN INSERT INTO t VALUES (1)", Point.REQUEST),
        ("COMMIT", Point.COMMIT),
        ("COMMIT TRANSACTION BEGIN TRANSACTION", Point.COMMIT),
        ("IF @@TRANCOUNT > 0 ROLLBACK TRAN", Point.ROLLBACK),
        ("ROLLBACK TRANSACTION s1", Point.REQUEST),
        ("SAVE TRANSACTION s1", Point.REQUEST),
    ],
)
def test_a_batch_is_judged_by_its_text(sql: str, point: Point) -> None:
    assert point_of(sql) is point
    assert batch(sql).point is point
    assert batch(sql).descriptor == DESCRIPTOR


@pytest.mark.parametrize(
    ("kind", "point"),
    [
        (TransactionRequest.BEGIN, Point.BEGIN),
        (TransactionRequest.COMMIT, Point.COMMIT),
        (TransactionRequest.ROLLBACK, Point.ROLLBACK),
        (TransactionRequest.SAVE, Point.HOUSEKEEPING),
    ],
)
def test_the_transaction_manager_is_read(kind: TransactionRequest, point: Point) -> None:
    request = TransactionManagerRequest(kind, name="s", headers=IN)
    said = read_said(PacketType.TRANSACTION_MANAGER, request.encode())
    assert (said.point, said.verb, said.descriptor) == (point, kind.name, DESCRIPTOR)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            rpc(ProcedureId.EXECUTE_SQL, text("UPDATE t SET a = @P1"), text("@P1 int"), number(1)),
            Said(Point.REQUEST, "UPDATE", "UPDATE t SET a = @P1", DESCRIPTOR),
        ),
        (
            rpc("sp_executesql", text("SELECT @@TRANCOUNT")),
            Said(Point.HOUSEKEEPING, "SELECT", "SELECT @@TRANCOUNT", DESCRIPTOR),
        ),
        (
            rpc(ProcedureId.PREP_EXEC, number(None), text("@P1 int"), text("DELETE t"), number(1)),
            Said(Point.REQUEST, "DELETE", "DELETE t", DESCRIPTOR, prepares=True),
        ),
        (
            rpc(ProcedureId.PREPARE, number(None), text("@P1 int"), text("DELETE t")),
            Said(Point.HOUSEKEEPING, "", "DELETE t", DESCRIPTOR, prepares=True),
        ),
        (
            rpc(ProcedureId.EXECUTE, number(7), number(1)),
            Said(Point.REQUEST, descriptor=DESCRIPTOR, handle=7, executes=True),
        ),
        (
            rpc(ProcedureId.UNPREPARE, number(7)),
            Said(Point.HOUSEKEEPING, descriptor=DESCRIPTOR, handle=7, frees=True),
        ),
        (
            rpc("[sys].sp_datatype_info_100", number(0)),
            Said(Point.HOUSEKEEPING, descriptor=DESCRIPTOR),
        ),
        (
            rpc("dbo.place_order", number(1)),
            Said(Point.REQUEST, "EXEC", "EXEC dbo.place_order", DESCRIPTOR),
        ),
        (rpc(ProcedureId.CURSOR_FETCH, number(1)), Said(Point.REQUEST, "FETCH", "", DESCRIPTOR)),
    ],
)
def test_a_procedure_is_read_up_to_its_statement(said: Said, expected: Said) -> None:
    assert said == expected


def test_others_are_what_they_are() -> None:
    assert read_said(PacketType.ATTENTION, b"") == Said(Point.ATTENTION)
    assert read_said(PacketType.BULK_LOAD, b"\x81") == Said(Point.REQUEST, "BULK")
    assert read_said(0x77, b"") == Said(Point.HOUSEKEEPING)


def test_a_long_batch_is_read_as_far_as_a_trigger_searches() -> None:
    assert len(batch("SELECT 1 " * 20_000).sql) == MAX_SEARCHED


def test_no_literal_is_shown() -> None:
    assert "secret" not in repr(batch("SELECT 'secret'"))


@given(st.integers(0, 255), st.binary(max_size=300))
def test_whatever_comes_is_read_as_something(packet_type: int, payload: bytes) -> None:
    assert isinstance(read_said(packet_type, payload), Said)


@given(st.integers(0, 400))
def test_a_cut_request_is_read_as_far_as_it_goes(size: int) -> None:
    request = RpcRequest(
        (RpcCall(ProcedureId.PREP_EXEC, (number(None), text("@P1 int"), text("DELETE t"))),), IN
    )
    said = read_said(PacketType.RPC, request.encode()[:size])
    assert said.sql in ("", "DELETE t")


def test_a_handle_stands_for_its_statement() -> None:
    prepared = Prepared()
    prepared.remember(7, "INSERT INTO t VALUES (@P1)")
    said = prepared.completed(rpc(ProcedureId.EXECUTE, number(7)))
    assert (said.point, said.verb) == (Point.REQUEST, "INSERT")
    prepared.completed(rpc(ProcedureId.UNPREPARE, number(7)))
    assert prepared.completed(rpc(ProcedureId.EXECUTE, number(7))).verb == ""


def test_handles_are_bounded() -> None:
    prepared = Prepared()
    for handle in range(MAX_HANDLES + 1):
        prepared.remember(handle, "SELECT 1")
    assert prepared.completed(rpc(ProcedureId.EXECUTE, number(0))).sql == ""
    assert prepared.completed(rpc(ProcedureId.EXECUTE, number(1))).sql == "SELECT 1"


@given(st.integers(1, 50))
def test_the_handle_is_found_in_the_answer(size: int) -> None:
    tokens = encode_token(ReturnValue("", int_type(), 42)), encode_token(Done(DoneKind.DONEPROC))
    raw = packetize(PacketType.TABULAR_RESULT, b"".join(tokens))
    search = HandleSearch()
    for start in range(0, len(raw), size):
        search.see(raw[start : start + size])
    assert search.handle == 42


@given(st.binary(max_size=200))
def test_a_search_survives_any_answer(data: bytes) -> None:
    HandleSearch().see(data)
