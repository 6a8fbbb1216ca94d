"""A sans-I/O codec for MS-TDS, the protocol of SQL Server, for both of its roles.

Nothing here opens a socket, starts a thread, reads a clock or knows Django: bytes go in, plain
structures come out, and the other way round. The levels, each usable without the next:

- `packets`, `messages`: 8-byte headers and what they frame (MS-TDS 2.2.3).
- `prelogin`, `login7`, `requests`, `tokens`: what messages hold (2.2.6, 2.2.7).
- `types`, `values`: columns, parameters and their values (2.2.5.4 to 2.2.5.6).
- `tls`: the handshake inside PRELOGIN packets, and TLS first (TDS 8).
- `connection`: the order of it all, as a state machine for a client or a server.

Spoken: TDS 7.2 to 8.0. What a peer sends ends in a structure or in RemoteProtocolError, what this
side asks wrongly in LocalProtocolError; any other exception is a bug, but for ssl.SSLError out of
`TlsTunnel`. Sizes are bounded by `limits`. Not supported, and refused by name: Always Encrypted,
MARS (the SMP framing), DATACLASSIFICATION, binary xml, TDS 7.1 and before.
"""

from __future__ import annotations

from django_mssql_ops.tds.collation import DEFAULT_COLLATION, Collation
from django_mssql_ops.tds.connection import Connection
from django_mssql_ops.tds.events import NEED_DATA, ConnectionClosed, EndOfMessage, Event, NeedData
from django_mssql_ops.tds.features import Feature, FeatureId
from django_mssql_ops.tds.headers import AUTOCOMMIT, RequestHeaders
from django_mssql_ops.tds.login7 import (
    TDS_7_4,
    TDS_8_0,
    Login7,
    obfuscate_password,
    reveal_password,
)
from django_mssql_ops.tds.messages import Message, MessageReader, packetize
from django_mssql_ops.tds.packets import Packet, PacketReader, PacketStatus, PacketType
from django_mssql_ops.tds.prelogin import Encryption, Prelogin, SessionEncryption, negotiate
from django_mssql_ops.tds.requests import (
    Attention,
    BulkLoad,
    FedAuthToken,
    Request,
    SqlBatch,
    SspiResponse,
    decode_request,
)
from django_mssql_ops.tds.rpc import Parameter, ParameterStatus, ProcedureId, RpcCall, RpcRequest
from django_mssql_ops.tds.sql_types import (
    binary,
    bit_type,
    char,
    date_type,
    datetime2,
    datetime_type,
    datetimeoffset,
    decimal,
    float_type,
    guid_type,
    int_type,
    money_type,
    nchar,
    nvarchar,
    time_type,
    varbinary,
    varchar,
    variant_type,
    xml_type,
)
from django_mssql_ops.tds.states import Role, State
from django_mssql_ops.tds.table_values import TableValue, table_type
from django_mssql_ops.tds.tls import ALPN_TDS8, TlsTunnel
from django_mssql_ops.tds.token_encoding import encode_row, encode_token
from django_mssql_ops.tds.token_reader import TokenReader
from django_mssql_ops.tds.tokens import (
    ColInfo,
    ColMetadata,
    Column,
    Done,
    DoneKind,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    FeatureExtAck,
    FedAuthInfo,
    LoginAck,
    Order,
    ReturnStatus,
    ReturnValue,
    Routing,
    Row,
    ServerError,
    ServerInfo,
    SessionState,
    SspiMessage,
    TabName,
    Token,
    TokenType,
)
from django_mssql_ops.tds.transactions import TransactionManagerRequest, TransactionRequest
from django_mssql_ops.tds.type_info import decode_type_info, encode_type_info
from django_mssql_ops.tds.types import DataType, TypeInfo, UserType, XmlSchema
from django_mssql_ops.tds.values import decode_value, encode_value
from django_mssql_ops.tds.variant import Variant

__all__ = [
    "ALPN_TDS8",
    "AUTOCOMMIT",
    "DEFAULT_COLLATION",
    "NEED_DATA",
    "TDS_7_4",
    "TDS_8_0",
    "Attention",
    "BulkLoad",
    "ColInfo",
    "ColMetadata",
    "Collation",
    "Column",
    "Connection",
    "ConnectionClosed",
    "DataType",
    "Done",
    "DoneKind",
    "DoneStatus",
    "Encryption",
    "EndOfMessage",
    "EnvChange",
    "EnvChangeType",
    "Event",
    "Feature",
    "FeatureExtAck",
    "FeatureId",
    "FedAuthInfo",
    "FedAuthToken",
    "Login7",
    "LoginAck",
    "Message",
    "MessageReader",
    "NeedData",
    "Order",
    "Packet",
    "PacketReader",
    "PacketStatus",
    "PacketType",
    "Parameter",
    "ParameterStatus",
    "Prelogin",
    "ProcedureId",
    "Request",
    "RequestHeaders",
    "ReturnStatus",
    "ReturnValue",
    "Role",
    "Routing",
    "Row",
    "RpcCall",
    "RpcRequest",
    "ServerError",
    "ServerInfo",
    "SessionEncryption",
    "SessionState",
    "SqlBatch",
    "SspiMessage",
    "SspiResponse",
    "State",
    "TabName",
    "TableValue",
    "TlsTunnel",
    "Token",
    "TokenReader",
    "TokenType",
    "TransactionManagerRequest",
    "TransactionRequest",
    "TypeInfo",
    "UserType",
    "Variant",
    "XmlSchema",
    "binary",
    "bit_type",
    "char",
    "date_type",
    "datetime2",
    "datetime_type",
    "datetimeoffset",
    "decimal",
    "decode_request",
    "decode_type_info",
    "decode_value",
    "encode_row",
    "encode_token",
    "encode_type_info",
    "encode_value",
    "float_type",
    "guid_type",
    "int_type",
    "money_type",
    "nchar",
    "negotiate",
    "nvarchar",
    "obfuscate_password",
    "packetize",
    "reveal_password",
    "table_type",
    "time_type",
    "varbinary",
    "varchar",
    "variant_type",
    "xml_type",
]
