"""Which statement stands behind the handle of a prepared one.

Facts: the server gives the handle as the first output parameter of the call that prepares (MS-TDS
2.2.6.6, 2.2.7.19), behind the rows of a call that executes as well.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.said import Said
from django_mssql_ops.faultproxy.statements import point_of, verb_of
from django_mssql_ops.tds import PacketReader, ReturnValue, TokenReader

#: Handles remembered on one connection; a driver frees them as it goes.
MAX_HANDLES: Final = 1_000
#: Bytes of one value in an answer that is searched for a handle; larger ones end the search.
_MAX_VALUE: Final = 1024 * 1024


class Prepared:
    """The statements prepared on one connection, the oldest forgotten first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, str] = OrderedDict()

    def completed(self, said: Said) -> Said:
        """``said`` with the statement that its handle stands for."""
        if said.handle is None:
            return said
        if said.frees:
            self._texts.pop(said.handle, None)
            return said
        sql = self._texts.get(said.handle, "")
        return Said(point_of(sql), verb_of(sql), sql, said.descriptor, said.handle, executes=True)

    def remember(self, handle: int, sql: str) -> None:
        self._texts[handle] = sql
        self._texts.move_to_end(handle)
        if len(self._texts) > MAX_HANDLES:
            self._texts.popitem(last=False)


class HandleSearch:
    """Looks for the handle in the answer to a call that prepares, as its packets pass."""

    def __init__(self) -> None:
        self._packets = PacketReader()
        self._tokens: TokenReader | None = TokenReader(max_value_size=_MAX_VALUE)
        self.handle: int | None = None

    def see(self, data: bytes) -> None:
        """Look at bytes that pass; what is not understood ends the search."""
        if self._tokens is None:
            return
        try:
            self._read(self._tokens, data)
        except ProtocolError:
            self._tokens = None

    def _read(self, tokens: TokenReader, data: bytes) -> None:
        self._packets.receive(data)
        while (packet := self._packets.next_packet()) is not None:
            tokens.receive(packet.payload)
            while (token := tokens.next_token()) is not None:
                if isinstance(token, ReturnValue) and isinstance(token.value, int):
                    self.handle = token.value
                    self._tokens = None
                    return
