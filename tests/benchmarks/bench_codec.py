"""Reading a result of 100,000 rows, beside python-tds reading the same bytes in the same process.

Both are given the recorded packets from memory: python-tds through a connection whose socket is an
object here, this codec through its packet and token readers. Every run reads all rows and keeps
none; the best of several runs in turn counts, in processor time.
"""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version

import pytds

from django_mssql_ops import tds

ROWS = 100_000
_RUNS = 3
_COLUMNS = (
    tds.Column("id", tds.int_type(4)),
    tds.Column("name", tds.nvarchar(50)),
    tds.Column("price", tds.decimal(18, 4)),
    tds.Column("changed", tds.datetime2(7)),
    tds.Column("active", tds.bit_type()),
    tds.Column("note", tds.nvarchar(50)),
)
_EPOCH = dt.datetime(2024, 1, 1)


def main() -> None:
    wire = record_answer(ROWS)
    size = len(wire) / 1e6
    print(f"{ROWS} rows of int, nvarchar(50), decimal, datetime2, bit and a nullable nvarchar(50):")
    ours = theirs = float("inf")
    for _ in range(_RUNS):
        ours = min(ours, _seconds(lambda: read_with_this_codec(wire)))
        theirs = min(theirs, _seconds(lambda: read_with_python_tds(wire)))
    for name, seconds in (
        ("django_mssql_ops.tds", ours),
        (f"python-tds {version('python-tds')}", theirs),
    ):
        rate = ROWS / seconds
        print(f"{name:22} {seconds:6.2f} s {rate:9.0f} rows/s {size / seconds:6.1f} MB/s")
    print(f"ratio: {theirs / ours:.1f} times the throughput of python-tds (promised: at least 1)")


def _seconds(work: Callable[[], int]) -> float:
    gc.collect()
    started = time.process_time()
    rows = work()
    taken = time.process_time() - started
    if rows != ROWS:
        raise AssertionError(f"{rows} rows came out of {ROWS}")
    return taken


def record_answer(rows: int) -> bytes:
    """The packets of the answer, as a server would send them."""
    parts = [tds.encode_token(tds.ColMetadata(_COLUMNS))]
    parts += [tds.encode_row(_COLUMNS, _row(number)) for number in range(rows)]
    parts.append(tds.encode_token(tds.Done(status=tds.DoneStatus.COUNT, row_count=rows)))
    return tds.packetize(tds.PacketType.TABULAR_RESULT, b"".join(parts))


def _row(number: int) -> tuple[object, ...]:
    note = None if number % 2 else f"note {number}"
    changed = _EPOCH + dt.timedelta(seconds=number, microseconds=number)
    return number, f"customer {number}", Decimal(number).scaleb(-2), changed, number % 3 == 0, note


def read_with_this_codec(wire: bytes) -> int:
    packets = tds.PacketReader()
    tokens = tds.TokenReader()
    rows = 0
    for start in range(0, len(wire), 65536):
        packets.receive(wire[start : start + 65536])
        while (packet := packets.next_packet()) is not None:
            tokens.receive(packet.payload)
            while (token := tokens.next_token()) is not None:
                if type(token) is tds.Row:
                    rows += 1
    tokens.end_of_message()
    return rows


def read_with_python_tds(wire: bytes) -> int:
    connection = pytds.connect(
        "stand-in", user="alice", password="made up", sock=_MemorySocket(wire), autocommit=True
    )
    cursor = connection.cursor()
    cursor.execute("recorded")
    rows = 0
    while cursor.fetchone() is not None:
        rows += 1
    return rows


class _MemorySocket:
    """What python-tds needs of a socket; its peer answers the login, then the recorded bytes."""

    def __init__(self, recorded: bytes) -> None:
        self._server = tds.Connection(tds.Role.SERVER)
        self._recorded = recorded
        self._outgoing = memoryview(b"")

    def sendall(self, data: bytes, flags: int = 0) -> None:
        self._server.receive_data(bytes(data))
        event = self._server.next_event()
        if isinstance(event, tds.Prelogin):
            answer = tds.Prelogin(
                version=(16, 0, 0, 0), encryption=tds.Encryption.NOT_SUP, mars=False, instance=b""
            )
            self._answer(self._server.send(answer))
        elif isinstance(event, tds.Login7):
            self._answer(self._server.send([tds.LoginAck("stand-in", (16, 0, 0)), tds.Done()]))
        elif isinstance(event, tds.SqlBatch):
            self._answer(self._recorded)

    def _answer(self, data: bytes) -> None:
        self._outgoing = memoryview(data)

    def recv_into(self, buffer: memoryview, size: int = 0, flags: int = 0) -> int:
        piece = self._outgoing[: size or len(buffer)]
        buffer[: len(piece)] = piece
        self._outgoing = self._outgoing[len(piece) :]
        return len(piece)

    def recv(self, size: int) -> bytes:
        piece = bytes(self._outgoing[:size])
        self._outgoing = self._outgoing[size:]
        return piece

    def setsockopt(self, *option: object) -> None:
        """Nothing here has options."""

    def settimeout(self, seconds: float | None) -> None:
        """Nothing here waits."""

    def gettimeout(self) -> float | None:
        return None

    def close(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    main()
