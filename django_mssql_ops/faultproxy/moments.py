"""Where in a conversation a fault can strike: what a trigger is asked about."""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass, field
from typing import Final


class Point(enum.Enum):
    """The points of one connection, in the order in which it passes them.

    REQUEST is a batch or an RPC of the application; what drivers and the backend say on their own
    (``SELECT @@TRANCOUNT``, ``SET DATEFORMAT``, ``sp_unprepare``, ``sp_datatype_info``) is
    HOUSEKEEPING. COMMIT ends a transaction in which a REQUEST was answered; EMPTY_COMMIT one in
    which none was (every ``atomic()`` is followed by one, measured with mssql-django 2.0).
    REPLY is the first byte of the server's answer to a REQUEST: rows may follow.
    """

    ACCEPT = "accept"
    PRELOGIN = "prelogin"
    TLS = "tls"
    LOGIN = "login"
    BEGIN = "begin"
    REQUEST = "request"
    HOUSEKEEPING = "housekeeping"
    REPLY = "reply"
    COMMIT = "commit"
    EMPTY_COMMIT = "empty commit"
    ROLLBACK = "rollback"
    ATTENTION = "attention"
    IDLE = "idle"


#: Where it can begin that a connection is slow: the whole of it, or from a message on.
SHAPED: Final = (Point.ACCEPT, Point.LOGIN, Point.BEGIN, Point.REQUEST, Point.REPLY, Point.COMMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One point that one connection has reached.

    ``connection`` counts from 1 in the order in which the proxy accepted them. ``sql`` is the text
    of the batch or of the statement an RPC carries or has prepared; it may hold literals and is
    never shown. ``descriptor`` is the transaction descriptor of the request's headers (0: no
    transaction, MS-TDS 2.2.5.3). ``dirty``: a REQUEST was answered in this transaction. ``seconds``
    is the time since the proxy's faults were armed. ``random`` is the run's own, seeded. ``idle``
    is the seconds since the last byte in either direction; who is idle passes IDLE repeatedly.
    ``commits`` is how many dirty transactions the connection has committed.
    """

    point: Point
    connection: int
    seconds: float
    random: random.Random = field(repr=False)
    sql: str = field(default="", repr=False)
    verb: str = ""
    descriptor: int = 0
    dirty: bool = False
    idle: float = 0.0
    commits: int = 0
