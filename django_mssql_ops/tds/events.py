"""What `Connection.next_event` can say, besides what peers themselves say."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.tds.login7 import Login7
from django_mssql_ops.tds.prelogin import Prelogin
from django_mssql_ops.tds.requests import Request
from django_mssql_ops.tds.tokens import Token


class NeedData(enum.Enum):
    """The type of `NEED_DATA`."""

    NEED_DATA = "more bytes of the peer are needed"


NEED_DATA = NeedData.NEED_DATA


@dataclass(frozen=True, slots=True)
class EndOfMessage:
    """A client's event: the server's answer is over."""


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """The peer closed, and not inside a message."""


Event = Prelogin | Login7 | Request | Token | EndOfMessage | ConnectionClosed | NeedData
