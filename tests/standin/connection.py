"""One client, from the accepted socket to its end."""

from __future__ import annotations

import datetime as dt
import socket
from typing import TYPE_CHECKING, Final

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds import (
    Encryption,
    Login7,
    Message,
    PacketType,
    Prelogin,
    SessionEncryption,
    negotiate,
)
from tests.standin import opening
from tests.standin.activity import ClientFacts
from tests.standin.encryption import EncryptionPolicy
from tests.standin.engine import Cancelled, Failure
from tests.standin.link import Link, LinkEnded
from tests.standin.logins import attempt_of, database_unavailable
from tests.standin.requests import Dropped, Requests
from tests.standin.script import Delay, Drop, Phase, RawBytes
from tests.standin.session import Session
from tests.standin.transactions import TransactionEvent

if TYPE_CHECKING:
    from tests.standin.server import StandIn

#: The first byte of a TLS record that holds a handshake: a client of TDS 8.0 begins with it.
TLS_HANDSHAKE: Final = 0x16
#: Seconds a scripted silence lasts at most, whatever the idle limit is.
MAX_SILENCE_SECONDS: Final = 300.0


class Connection:
    """Serves one client in the thread that calls :meth:`run`."""

    def __init__(self, sock: socket.socket, server: StandIn, spid: int) -> None:
        self.spid = spid
        self._server = server
        self._record = server.counters.accept()
        self._link = Link(sock, self._record, server.configuration.idle_seconds)
        self._link.spid = spid
        self._strict = False
        self._accepted = dt.datetime.now()

    def run(self) -> None:
        """Serve until the client leaves, breaks the rules or is dropped; never raises for that."""
        drop, reason = Drop.CLOSE, ""
        try:
            self._converse()
            reason = "the server closed"
        except LinkEnded as error:
            reason = str(error)
        except RemoteProtocolError as error:
            reason = f"not MS-TDS: {error}"
        except Dropped as dropped:
            drop, reason = dropped.drop, f"scripted {dropped.drop.value}"
        finally:
            # Before the last bytes are waited for: who comes next gets this number again.
            self._server.session_numbers.give_back(self.spid)
            self._end(drop)
            self._record.note(ended=reason or "a fault of the stand-in")

    def abort(self) -> None:
        """Make :meth:`run` end; called from another thread."""
        self._link.abort()

    def _end(self, drop: Drop) -> None:
        if drop is Drop.SILENCE:
            self._link.stay_silent(MAX_SILENCE_SECONDS)
        if drop is Drop.RESET:
            self._link.reset()
        else:
            self._link.close()

    def _converse(self) -> None:
        self._play(Phase.ACCEPT)
        self._negotiate_first_byte()
        encryption = self._exchange_prelogin()
        if encryption is SessionEncryption.REFUSED:
            return
        self._play(Phase.HANDSHAKE)
        if not self._strict and encryption is not SessionEncryption.NONE:
            self._start_tls(wrapped=True)
        login = self._read_login()
        if encryption is SessionEncryption.LOGIN_ONLY:
            self._link.end_tls()
            self._record.note(encryption="login only")
        self._play(Phase.LOGIN)
        session = self._log_in(login, encryption)
        if session is not None:
            self._serve(session)

    # Before the login

    def _negotiate_first_byte(self) -> None:
        """TLS first is TDS 8.0; PRELOGIN first is every version before it."""
        self._strict = self._link.first_byte() == TLS_HANDSHAKE
        policy = self._server.configuration.policy
        if self._strict and (
            policy is EncryptionPolicy.UNAVAILABLE or not self._server.configuration.profile.strict
        ):
            raise LinkEnded("TDS 8.0 where it is not spoken")
        if self._strict:
            self._start_tls(wrapped=False)
        elif policy is EncryptionPolicy.STRICT:
            raise LinkEnded("TDS 7 where only TDS 8.0 is spoken")

    def _exchange_prelogin(self) -> SessionEncryption:
        message = self._read(PacketType.PRELOGIN)
        asked = Prelogin.decode(message.payload)
        self._play(Phase.PRELOGIN)
        wanted = Encryption.NOT_SUP if asked.encryption is None else asked.encryption
        answer = self._encryption_answer(wanted)
        reply = opening.prelogin_reply(self._server.configuration.profile, asked, answer)
        self._link.send_message(reply)
        return SessionEncryption.FULL if self._strict else negotiate(wanted, answer)

    def _encryption_answer(self, wanted: Encryption) -> Encryption:
        """In TDS 8.0 everything is inside TLS already and the option means nothing."""
        configuration = self._server.configuration
        if configuration.encryption_answer is not None:
            return configuration.encryption_answer
        return wanted if self._strict else configuration.policy.answer(wanted)

    def _start_tls(self, *, wrapped: bool) -> None:
        contexts = self._server.contexts
        context = contexts.wrapped if wrapped else contexts.strict
        tunnel = self._link.start_tls(context, wrapped=wrapped)
        self._record.note(encryption="full" if wrapped else "strict", protocol=tunnel.version or "")

    def _read_login(self) -> Login7:
        login = Login7.decode(self._read(PacketType.LOGIN7).payload)
        self._record.note(login=attempt_of(login))
        return login

    def _read(self, expected: PacketType) -> Message:
        message = self._link.read_message()
        if message.type is not expected:
            raise LinkEnded(f"a {message.type.name} message where {expected.name} was expected")
        return message

    # The login and after

    def _log_in(self, login: Login7, encryption: SessionEncryption) -> Session | None:
        configuration = self._server.configuration
        version = opening.protocol_version(login, strict=self._strict)
        if version is None:
            raise LinkEnded(f"TDS version 0x{login.tds_version:08X}; at least 7.3 is needed")
        databases = self._server.engine.databases()
        refused = configuration.accounts.refuse(login, databases)
        if self._server.outage.is_on:
            refused = (database_unavailable(login.database, configuration.profile.server_name),)
        if refused:
            self._refuse(*refused)
            return None
        session = Session(
            spid=self.spid,
            profile=configuration.profile,
            login=login.username,
            database=configuration.accounts.database_for(login, databases),
            databases=self._server.engine.databases,
            host=login.hostname,
            application=login.app_name,
            client=self._client_facts(login),
            sessions=self._server.sessions.all,
            pause=self._pause,
            end=self.abort,
            encrypted=encryption is SessionEncryption.FULL,
            protocol_version=version,
            on_transaction=lambda event: self._tell_engine(session, event),
        )
        self._link.send_message(opening.login_reply(session, login))
        self._link.packet_size = opening.packet_size(login)
        self._record.note(accepted=True)
        return session

    def _client_facts(self, login: Login7) -> ClientFacts:
        address, port = self._link.client_address
        local_address, local_port = self._link.local_address
        return ClientFacts(
            process_id=login.client_pid,
            interface=login.client_interface,
            address=address,
            port=port,
            local_address=local_address,
            local_port=local_port,
            packet_size=opening.packet_size(login),
            connected=self._accepted,
            traffic=self._record.traffic,
        )

    def _refuse(self, *failures: Failure) -> None:
        payload = opening.refusal(failures, self._server.configuration.profile)
        self._link.send_message(payload)
        self._record.note(refused_with=tuple(failure.number for failure in failures))

    def _pause(self, seconds: float) -> None:
        if self._link.attention_within(seconds):
            raise Cancelled

    def _tell_engine(self, session: Session, event: TransactionEvent) -> None:
        self._server.engine.transaction_changed(session, event)

    def _serve(self, session: Session) -> None:
        server = self._server
        requests = Requests(self._link, session, server.engine, server.script, self._record)
        server.sessions.add(session)
        try:
            while requests.answer(self._link.read_message()):
                pass
        finally:
            server.sessions.remove(session)
            try:
                session.transaction.abandon()
            finally:
                server.engine.session_ended(session)

    # The script

    def _play(self, phase: Phase) -> None:
        steps = self._server.script.at(phase) or ()
        for step in steps:
            if isinstance(step, Drop):
                raise Dropped(step)
            if isinstance(step, Delay):
                self._link.attention_within(step.seconds)
            elif isinstance(step, RawBytes):
                self._link.send_raw(step.content)
            elif isinstance(step, Failure):
                self._refuse(*(other for other in steps if isinstance(other, Failure)))
                raise Dropped(Drop.CLOSE)
