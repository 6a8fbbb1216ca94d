"""How much of anything this codec accepts, each number with its unit and its reason.

A peer can lie about every length it sends, so nothing is ever allocated by a declared length:
a limit decides whether to go on waiting for bytes, and memory follows the bytes that came.
"""

from __future__ import annotations

from typing import Final

#: Bytes. MS-TDS 2.2.3.1: the header that opens every packet.
PACKET_HEADER_SIZE: Final = 8

#: Bytes, header included. MS-TDS 2.2.7.9 (ENVCHANGE type 4): a packet size is 512 to 32767.
MIN_PACKET_SIZE: Final = 512
MAX_PACKET_SIZE: Final = 32767

#: Bytes, header included. MS-TDS 2.2.6.4: what holds before and unless something else is agreed.
DEFAULT_PACKET_SIZE: Final = 4096

#: Bytes of payload. SQL Server takes batches of 65,536 packets ("Maximum capacity specifications");
#: a project's own largest requests (bulk inserts, file columns) stay far below this, and one peer
#: must not make this side hold more.
MAX_MESSAGE_SIZE: Final = 64 * 1024 * 1024

#: Bytes of payload before the login: PRELOGIN needs under 300; TLS records travel in it too.
MAX_PRELOGIN_SIZE: Final = 64 * 1024

#: Options in one PRELOGIN: MS-TDS 2.2.6.5 defines eight.
MAX_PRELOGIN_OPTIONS: Final = 32

#: Bytes. MS-TDS 2.2.6.4: "the length of a LOGIN7 stream MUST NOT be longer than 128K-1 bytes".
MAX_LOGIN_SIZE: Final = 128 * 1024 - 1

#: Characters. MS-TDS 2.2.6.4: names and the password in LOGIN7 are at most 128 characters
#: (260 for the file name to attach).
MAX_LOGIN_FIELD: Final = 128
MAX_LOGIN_FILE_NAME: Final = 260

#: Feature extensions in LOGIN7 or FEATUREEXTACK: MS-TDS 2.2.6.4 defines under twenty.
MAX_FEATURES: Final = 64

#: Bytes of one feature's content in FEATUREEXTACK or LOGIN7: session recovery is the largest,
#: and the whole of a LOGIN7 is already bounded by MAX_LOGIN_SIZE.
MAX_FEATURE_SIZE: Final = 128 * 1024

#: Bytes of one token that states its length in 32 bits (SESSIONSTATE, FEDAUTHINFO).
MAX_LONG_TOKEN_SIZE: Final = 1024 * 1024

#: Bytes of one value (a max type, text, ntext, image, xml, json). SQL Server allows 2 GiB; who
#: parses here looks at settings, test data and small results, and one peer must not hold more.
MAX_VALUE_SIZE: Final = 64 * 1024 * 1024

#: Bytes of one value of a type that is not a max type: the wire's 16-bit length, FFFF excluded.
MAX_SHORT_VALUE_SIZE: Final = 0xFFFE

#: Bytes of one sql_variant. SQL Server allows 8,016 with its properties.
MAX_VARIANT_SIZE: Final = 8 * 1024 + 64

#: Columns. SQL Server: at most 4,096 columns in one SELECT ("Maximum capacity specifications").
MAX_COLUMNS: Final = 4096

#: Columns in a table-valued parameter: SQL Server's 1,024 columns per table.
MAX_TABLE_VALUE_COLUMNS: Final = 1024

#: Parts of a table's name (server, database, schema, table) in COLMETADATA and TABNAME.
MAX_TABLE_NAME_PARTS: Final = 4

#: Characters of one identifier that travels with a 16-bit length; sysname has 128.
MAX_IDENTIFIER: Final = 1024

#: Characters of a CLR type's assembly-qualified name or an XML schema collection's name.
MAX_TYPE_NAME: Final = 4096

#: Parameters of one RPC. SQL Server: 2,100 for a procedure, plus those of sp_executesql and kin.
MAX_RPC_PARAMETERS: Final = 2100 + 16

#: Calls in one RPC message: msodbcsql sends an array of parameters as one message with a call for
#: each row, and rows come by the ten thousand (pyodbc's fast_executemany, measured).
MAX_RPC_CALLS: Final = 128 * 1024

#: Headers in ALL_HEADERS: MS-TDS 2.2.5.3 defines three.
MAX_HEADERS: Final = 8

#: Bytes of plaintext or of TLS records that a tunnel holds for its owner at most.
MAX_TUNNEL_BUFFER: Final = MAX_MESSAGE_SIZE
