"""What a fault can have the proxy do: plain values, carried out in the order they are given.

A fault answers a :class:`~.moments.Moment` with actions. What the driver said (``held``) stays with
the proxy until an action lets it go or the list ends without one, which drops it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from django_mssql_ops.tds import Token


class Cut(enum.Enum):
    """How a TCP connection ends."""

    RESET = "RST"
    CLOSE = "FIN"


@dataclass(frozen=True, slots=True)
class Forward:
    """Let what is held go to the server; its answer passes to the driver as usual."""


@dataclass(frozen=True, slots=True)
class Execute:
    """Let what is held go to the server, read the whole answer and drop it: it was executed.

    At REPLY it has gone already, and only the answer is read and dropped.
    """


@dataclass(frozen=True, slots=True)
class PartOfReply:
    """Let what is held go, and of the answer what comes before a cut.

    The first ``rows`` rows pass; ``inside_token`` adds the first half of the next token. The rest
    is read and dropped, so that the server has done its work.
    """

    rows: int = 0
    inside_token: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of the server to the driver; the last token is a DONE.

    After a PartOfReply it is the rest of the message that was begun there.
    """

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class RawBytes:
    """Bytes to the driver that need not be MS-TDS (inside TLS where the login is encrypted)."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RollBack:
    """Roll the server's open transaction back (TM_ROLLBACK_XACT), and drop the answer to that."""


@dataclass(frozen=True, slots=True)
class CutDriver:
    """End the driver's connection; the server's ends with it, after what it has been sent."""

    how: Cut


@dataclass(frozen=True, slots=True)
class Stall:
    """Neither read nor write any more for ``seconds``, or until the proxy releases it.

    Then both sockets end by RST: a host that comes back knows nothing of the connection.
    """

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Do the next action ``seconds`` later."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """From now on, what goes to the driver is late, slow or in pieces; for good.

    ``latency`` and ``jitter`` are seconds for each piece, ``bytes_per_second`` and ``slice_size``
    bytes are limits; None: as it comes.
    """

    latency: float = 0.0
    jitter: float = 0.0
    bytes_per_second: float | None = None
    slice_size: int | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Stop listening for ``seconds``, so that the kernel refuses; who waits there is cut by RST."""

    seconds: float | None = None


Action = (
    Forward
    | Execute
    | PartOfReply
    | Answer
    | RawBytes
    | RollBack
    | CutDriver
    | Stall
    | Wait
    | Shape
    | Refuse
)
