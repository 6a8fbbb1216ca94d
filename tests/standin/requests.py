"""Request messages after the login: from a decoded request to its whole reply."""

from __future__ import annotations

import collections
from collections.abc import Callable, Generator, Iterable
from typing import Final

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds import (
    Attention,
    Done,
    DoneKind,
    DoneStatus,
    Message,
    PacketStatus,
    PacketType,
    Parameter,
    Request,
    ReturnValue,
    RpcCall,
    RpcRequest,
    SqlBatch,
    TransactionManagerRequest,
    TransactionRequest,
    decode_request,
    encode_token,
    int_type,
)
from tests.standin import counters, procedures
from tests.standin.counters import OpenConnection, RequestRecord
from tests.standin.descriptions import describe
from tests.standin.engine import (
    Cancelled,
    Engine,
    Executed,
    Result,
    Statement,
    StatementFailed,
    fault,
    not_supported,
)
from tests.standin.link import Link, LinkEnded
from tests.standin.procedures import Procedure
from tests.standin.replies import Reply
from tests.standin.script import Delay, Drop, Execute, RawBytes, Script, Step
from tests.standin.session import PreparedCall, PreparedStatement, Session

_REQUESTS: Final = frozenset(
    {
        PacketType.SQL_BATCH,
        PacketType.RPC,
        PacketType.TRANSACTION_MANAGER,
        PacketType.ATTENTION,
        PacketType.BULK_LOAD,
    }
)


class Dropped(Exception):
    """A script said to leave the client alone."""

    def __init__(self, drop: Drop) -> None:
        super().__init__(drop.value)
        self.drop = drop


class Requests:
    """Answers the requests of one session."""

    def __init__(
        self,
        link: Link,
        session: Session,
        engine: Engine,
        script: Script,
        record: OpenConnection,
    ) -> None:
        self._link = link
        self._session = session
        self._engine = engine
        self._script = script
        self._record = record

    def answer(self, message: Message) -> bool:
        """Answer one message; False when the connection has to end with it.

        Raises LinkEnded for what is no request, Dropped when the script says so.
        """
        request = self._decode(message)
        if isinstance(request, Attention):
            self._record.note_request(RequestRecord(counters.ATTENTION, "attention"))
            self._acknowledge_attention()
            return True
        reset = self._reset_if_asked(message)
        asked = describe(request, self._session)
        self._record.note_request(asked)
        reply = Reply(self._link, self._session, to_procedure=isinstance(request, RpcRequest))
        if reset:
            reply.acknowledge_reset()
        if message.is_ignored:
            reply.take_back()
            return True
        with self._session.activity.answering(asked):
            self._perform(request, reply, self._script.for_request(asked))
        return not reply.fatal

    def _decode(self, message: Message) -> Request:
        if message.type not in _REQUESTS:
            raise LinkEnded(f"a {message.type.name} message where a request was expected")
        try:
            return decode_request(message)
        except RemoteProtocolError as error:
            raise LinkEnded(f"not MS-TDS: {error}") from error

    def _reset_if_asked(self, message: Message) -> bool:
        if not message.resets_connection:
            return False
        keep = bool(message.status & PacketStatus.RESET_CONNECTION_SKIP_TRAN)
        if not keep:
            self._session.transaction.abandon()
            self._engine.session_reset(self._session)
        self._session.reset(keep_transaction=keep)
        return True

    def _perform(self, request: Request, reply: Reply, steps: tuple[Step, ...] | None) -> None:
        try:
            if isinstance(request, RpcRequest):
                self._perform_calls(request, reply, steps)
            else:
                self._run(reply, steps, lambda: self._usual_results(request))
                reply.end()
        except Cancelled:
            self._acknowledge_attention()

    def _usual_results(self, request: Request) -> Iterable[Result]:
        if isinstance(request, SqlBatch):
            self._session.check_descriptor(request.headers.transaction_descriptor)
            yield from self._engine.execute(self._session, Statement(request.text))
        elif isinstance(request, TransactionManagerRequest):
            yield from self._transaction_results(request)
        else:
            raise StatementFailed(not_supported(type(request).__name__))

    def _transaction_results(self, request: TransactionManagerRequest) -> Iterable[Result]:
        transaction = self._session.transaction
        self._session.check_descriptor(request.headers.transaction_descriptor)
        if request.kind is TransactionRequest.BEGIN:
            self._session.set_isolation(request.isolation)
            transaction.begin(request.name)
        elif request.kind is TransactionRequest.COMMIT:
            transaction.commit()
        elif request.kind is TransactionRequest.ROLLBACK:
            transaction.rollback(request.name)
        elif request.kind is TransactionRequest.SAVE:
            transaction.save(request.name)
        else:
            raise StatementFailed(not_supported(f"transaction manager request {request.kind!r}"))
        if request.begin_new and request.kind is not TransactionRequest.BEGIN:
            self._session.set_isolation(request.new_isolation)
            transaction.begin(request.new_name)
        yield Executed()

    def _perform_calls(
        self, request: RpcRequest, reply: Reply, steps: tuple[Step, ...] | None
    ) -> None:
        descriptor = request.headers.transaction_descriptor
        for index, call in enumerate(request.calls):
            if index:
                reply.next_call()
            returned = self._perform_call(call, reply, descriptor, steps)
            reply.end_call(returned=returned)
            steps = None  # scripted for the message; its first call has them
        reply.end()

    def _perform_call(
        self, call: RpcCall, reply: Reply, descriptor: int, steps: tuple[Step, ...] | None
    ) -> tuple[ReturnValue, ...]:
        try:
            self._session.check_descriptor(descriptor)
            return self._dispatch_call(call, reply, steps)
        except StatementFailed as error:
            reply.add(error.failure)
            return ()

    def _dispatch_call(
        self, call: RpcCall, reply: Reply, steps: tuple[Step, ...] | None
    ) -> tuple[ReturnValue, ...]:
        session, procedure = self._session, procedures.procedure_of(call)
        if procedure is Procedure.EXECUTESQL:
            self._run_statement(reply, steps, procedures.execute_sql(call))
        elif procedure is Procedure.EXECUTE:
            prepared = session.prepared.find(procedures.value_at(call, 0))
            self._run_prepared(reply, steps, prepared, call.parameters, 1)
        elif procedure is Procedure.UNPREPARE:
            self._run(reply, steps, lambda: ())
            session.prepared.remove(procedures.value_at(call, 0))
        elif procedure in (Procedure.PREPARE, Procedure.PREPEXEC):
            handle, statement = procedures.prepare(call, session)
            if procedure is Procedure.PREPEXEC:
                self._run_prepared(reply, steps, statement, call.parameters, 3)
            return (_handle(call, handle),)
        elif procedure is Procedure.PREPEXECRPC:
            handle, named = procedures.prepare_call(call, session)
            self._run_prepared(reply, steps, named, call.parameters, 2)
            return (_handle(call, handle),)
        else:
            other = procedures.procedure_call(call)
            self._run(reply, steps, lambda: self._engine.call(session, other))
        return ()

    def _run_prepared(
        self,
        reply: Reply,
        steps: tuple[Step, ...] | None,
        prepared: PreparedStatement | PreparedCall,
        parameters: tuple[Parameter, ...],
        first: int,
    ) -> None:
        if isinstance(prepared, PreparedCall):
            self._dispatch_call(procedures.called(prepared, parameters[first:]), reply, steps)
        else:
            bound = procedures.bind_prepared(prepared, parameters, first)
            self._run_statement(reply, steps, bound)

    def _run_statement(
        self, reply: Reply, steps: tuple[Step, ...] | None, statement: Statement
    ) -> None:
        self._run(reply, steps, lambda: self._engine.execute(self._session, statement))

    def _run(
        self,
        reply: Reply,
        steps: tuple[Step, ...] | None,
        usual: Callable[[], Iterable[Result]],
    ) -> None:
        """Play the script's steps, or the usual results where it has none but delays."""
        for step in steps or ():
            self._play(reply, step, usual)
        if all(isinstance(step, Delay) for step in steps or ()):
            self._add_all(reply, usual)

    def _add_all(self, reply: Reply, usual: Callable[[], Iterable[Result]]) -> None:
        results: Iterable[Result] = ()
        try:
            results = usual()
            for result in results:
                reply.add(result)
        except StatementFailed as error:
            reply.add(error.failure)
        except LocalProtocolError as error:  # a value that its column's type cannot carry
            reply.add(fault(error))
        finally:
            # A client that left or cancelled may have stopped it in the middle: what the engine
            # does at the end of a batch has to happen before the session ends.
            if isinstance(results, Generator):
                results.close()

    def _play(self, reply: Reply, step: Step, usual: Callable[[], Iterable[Result]]) -> None:
        if isinstance(step, Delay):
            self._link.flush()
            if self._link.attention_within(step.seconds):
                raise Cancelled
        elif isinstance(step, Drop):
            self._link.flush()
            raise Dropped(step)
        elif isinstance(step, RawBytes):
            self._link.flush()
            self._link.send_raw(step.content)
        elif isinstance(step, Execute):
            collections.deque(usual(), maxlen=0)
        else:
            reply.add(step)

    def _acknowledge_attention(self) -> None:
        self._session.activity.end()
        done = Done(DoneKind.DONE, DoneStatus.ATTENTION, 0, 0)
        self._link.send_message(encode_token(done))


def _handle(call: RpcCall, handle: int) -> ReturnValue:
    name = call.parameters[0].name if call.parameters else ""
    return ReturnValue(name, int_type(4), handle)
