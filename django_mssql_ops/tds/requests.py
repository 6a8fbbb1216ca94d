"""What a client asks after the login, each request a message of its own.

Facts:

- SQL batch (MS-TDS 2.2.6.7): ALL_HEADERS and UTF-16LE text to the end.
- Attention (2.2.1.7): a message without a payload; it is acknowledged by a DONE with the
  attention bit, however much of the interrupted answer is still on its way.
- Federated authentication token (2.2.6.3): DWORD length, DWORD token length, token, and 32
  bytes of nonce when the server sent one.
- Bulk load (2.2.6.1): COLMETADATA, ROWs and DONE, or for older clients raw text; not taken apart
  here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U32, Cursor, utf16
from django_mssql_ops.tds.headers import AUTOCOMMIT, RequestHeaders, encode_headers, read_headers
from django_mssql_ops.tds.messages import Message
from django_mssql_ops.tds.packets import PacketType
from django_mssql_ops.tds.rpc import RpcRequest
from django_mssql_ops.tds.strings import decode_unicode
from django_mssql_ops.tds.transactions import TransactionManagerRequest

_NONCE_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class SqlBatch:
    """Statements as text; it can hold anything, so it is not shown."""

    text: str = field(repr=False)
    headers: RequestHeaders = AUTOCOMMIT

    def encode(self) -> bytes:
        return encode_headers(self.headers) + utf16(self.text)

    @classmethod
    def decode(cls, payload: bytes) -> SqlBatch:
        """RemoteProtocolError for anything but a batch of TDS 7.2 or later."""
        cursor = Cursor(payload)
        headers = read_headers(cursor)
        return cls(decode_unicode(cursor.rest()), headers)


@dataclass(frozen=True, slots=True)
class Attention:
    """Stop what you are doing and say so."""

    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, payload: bytes) -> Attention:
        if payload:
            raise RemoteProtocolError(f"an attention with {len(payload)} bytes of payload")
        return cls()


@dataclass(frozen=True, slots=True)
class BulkLoad:
    """The payload as it came: COLMETADATA, ROW and DONE tokens for a `TokenReader`."""

    payload: bytes = field(repr=False)

    def encode(self) -> bytes:
        return self.payload

    @classmethod
    def decode(cls, payload: bytes) -> BulkLoad:
        return cls(payload)


@dataclass(frozen=True, slots=True)
class FedAuthToken:
    """An access token; never shown."""

    token: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        if len(self.nonce) not in (0, _NONCE_SIZE):
            raise LocalProtocolError(f"a nonce of {len(self.nonce)} bytes; expected 0 or 32")
        body = U32.pack(len(self.token)) + self.token + self.nonce
        return U32.pack(len(body)) + body

    @classmethod
    def decode(cls, payload: bytes) -> FedAuthToken:
        cursor = Cursor(payload)
        body = Cursor(cursor.take(cursor.u32()))
        cursor.finish("FEDAUTH token")
        token, nonce = body.take(body.u32()), body.rest()
        if len(nonce) not in (0, _NONCE_SIZE):
            raise RemoteProtocolError(f"a nonce of {len(nonce)} bytes; expected 0 or 32")
        return cls(token, nonce)


@dataclass(frozen=True, slots=True)
class SspiResponse:
    """One step of integrated security, from the client; never shown."""

    content: bytes = field(repr=False)

    def encode(self) -> bytes:
        return self.content

    @classmethod
    def decode(cls, payload: bytes) -> SspiResponse:
        return cls(payload)


Request = (
    SqlBatch
    | RpcRequest
    | TransactionManagerRequest
    | Attention
    | BulkLoad
    | FedAuthToken
    | SspiResponse
)

_DECODERS: Final[dict[PacketType, Callable[[bytes], Request]]] = {
    PacketType.SQL_BATCH: SqlBatch.decode,
    PacketType.RPC: RpcRequest.decode,
    PacketType.TRANSACTION_MANAGER: TransactionManagerRequest.decode,
    PacketType.ATTENTION: Attention.decode,
    PacketType.BULK_LOAD: BulkLoad.decode,
    PacketType.FEDAUTH_TOKEN: FedAuthToken.decode,
    PacketType.SSPI: SspiResponse.decode,
}

#: Which packets each request travels in.
PACKET_TYPES: Final[dict[type, PacketType]] = {
    SqlBatch: PacketType.SQL_BATCH,
    RpcRequest: PacketType.RPC,
    TransactionManagerRequest: PacketType.TRANSACTION_MANAGER,
    Attention: PacketType.ATTENTION,
    BulkLoad: PacketType.BULK_LOAD,
    FedAuthToken: PacketType.FEDAUTH_TOKEN,
    SspiResponse: PacketType.SSPI,
}


def decode_request(message: Message) -> Request:
    """The request in a message of a client. RemoteProtocolError."""
    decoder = _DECODERS.get(message.type)
    if decoder is None:
        raise RemoteProtocolError(f"a {message.type.name} message is no request")
    return decoder(message.payload)
