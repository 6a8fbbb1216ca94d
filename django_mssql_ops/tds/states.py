"""Whose turn it is: the order of messages in one connection, the same table for both roles.

Theory of operation (MS-TDS 3.2 client details, 3.3 server details). TDS is a conversation: the
client says one message, the server answers with one, and only ATTENTION may be said out of turn.
Both ends see every message, so one state describes both; it moves when a message of the client
ends and when an answer of the server ends:

    PRELOGIN -> PRELOGIN_ANSWER -> TLS (unless refused or not wanted) -> LOGIN -> LOGIN_ANSWER
    LOGIN_ANSWER -> IDLE with a LOGINACK, LOGIN with SSPI or FEDAUTHINFO, otherwise CLOSED
    IDLE -> ANSWER -> IDLE, for ever

With TDS 8 the order begins with TLS. BROKEN is where a protocol error leads; nothing leads out.
An attention may cross the end of the answer it meant, so it is legal in IDLE too, and the answer
to it is a DONE with the attention bit (2.2.1.7).
"""

from __future__ import annotations

import enum
from typing import Final

from django_mssql_ops.tds.packets import PacketType


class Role(enum.Enum):
    CLIENT = "client"
    SERVER = "server"


class State(enum.Enum):
    PRELOGIN = "prelogin"
    PRELOGIN_ANSWER = "prelogin answer"
    TLS = "tls"
    LOGIN = "login"
    LOGIN_ANSWER = "login answer"
    IDLE = "idle"
    ANSWER = "answer"
    CLOSED = "closed"
    BROKEN = "broken"


#: What a message of the client, in a state, leads to. What is not here is not allowed.
CLIENT_MESSAGES: Final[dict[tuple[State, PacketType], State]] = {
    (State.PRELOGIN, PacketType.PRELOGIN): State.PRELOGIN_ANSWER,
    (State.LOGIN, PacketType.LOGIN7): State.LOGIN_ANSWER,
    (State.LOGIN, PacketType.SSPI): State.LOGIN_ANSWER,
    (State.LOGIN, PacketType.FEDAUTH_TOKEN): State.LOGIN_ANSWER,
    (State.IDLE, PacketType.SQL_BATCH): State.ANSWER,
    (State.IDLE, PacketType.RPC): State.ANSWER,
    (State.IDLE, PacketType.TRANSACTION_MANAGER): State.ANSWER,
    (State.IDLE, PacketType.BULK_LOAD): State.ANSWER,
    (State.IDLE, PacketType.ATTENTION): State.ANSWER,
    (State.ANSWER, PacketType.ATTENTION): State.ANSWER,
}

#: States in which the server speaks in tokens.
ANSWERING: Final = frozenset({State.LOGIN_ANSWER, State.ANSWER})
