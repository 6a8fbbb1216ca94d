"""Bytes of an answer to tokens, in whatever pieces they come.

Strategy: nothing is parsed before it is asked for. A token that is all there, and all right, is
read in one go: rows by decoders chosen once per COLMETADATA (``row_decoders``), the others by
their own (``token_decoding``). Whatever that cannot read (the token is cut, or wrong, or rare) is
left untouched and read part by part (``stream``), which waits for what is missing and says what
is wrong. Reading in one go is tried at most twice per token, so feeding thinly costs no more than
feeding whole.

Facts: MS-TDS 2.2.4.2 (a token stream has no length of its own; the end of the message ends it),
2.2.7.4 COLMETADATA, 2.2.7.15 NBCROW (one bit per column, 1 is NULL), 2.2.7.19 RETURNVALUE,
2.2.7.20 ROW. Rows belong to the last COLMETADATA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds.columns import ENCRYPTED, NO_METADATA, read_column
from django_mssql_ops.tds.features import FEATURE_TERMINATOR, decode_features
from django_mssql_ops.tds.grammar import Cursor, Truncated
from django_mssql_ops.tds.limits import MAX_COLUMNS, MAX_LONG_TOKEN_SIZE, MAX_VALUE_SIZE
from django_mssql_ops.tds.null_bitmaps import present_columns
from django_mssql_ops.tds.row_decoders import UNREADABLE, RowDecoder, row_decoder
from django_mssql_ops.tds.stream import NOT_READ, ByteStream, Reading
from django_mssql_ops.tds.token_decoding import EMPTY_TOKENS, FRAMED_TOKENS, SIMPLE_TOKENS, refuse
from django_mssql_ops.tds.tokens import (
    ColMetadata,
    Column,
    FeatureExtAck,
    ReturnValue,
    Row,
    Token,
    TokenType,
)
from django_mssql_ops.tds.type_info import decode_type_info
from django_mssql_ops.tds.values import read_value

_ROW: Final = int(TokenType.ROW)
_NO_COLUMNS: Final = ColMetadata(())
_NO_FEATURES: Final = FeatureExtAck(())
#: Null bitmaps remembered per result: rows of one table repeat a few. A pattern of 4,096
#: columns takes 32 KB.
_REMEMBERED_BITMAPS: Final = 32
#: Makes a Row without the call of its own __new__.
_new_row: Final = tuple.__new__


class TokenReader:
    """Reads tokens from the payload of one answer, fed in any pieces.

    ``columns``: those of rows that come without a COLMETADATA of their own. ``max_value_size``
    bounds one value, in bytes. After a RemoteProtocolError the reader stays unusable.
    """

    def __init__(
        self, columns: Sequence[Column] = (), *, max_value_size: int = MAX_VALUE_SIZE
    ) -> None:
        self._stream = ByteStream(max_value_size)
        self._needed = 1
        self._task: Reading[Token] | None = None
        self._failure: str | None = None
        self._columns: tuple[Column, ...] = tuple(columns)
        self._null_row = Row((None,) * len(self._columns))
        self._decoders: tuple[RowDecoder, ...] | None = None
        self._patterns: dict[bytes, tuple[int, ...]] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the next row will be read by."""
        return self._columns

    @property
    def unread(self) -> int:
        """Bytes that came and belong to no token that was read."""
        return self._stream.available

    def receive(self, data: bytes) -> None:
        """Take bytes of the message's payload."""
        self._stream.receive(data)

    def end_of_message(self) -> None:
        """The message is over: RemoteProtocolError when a token was cut by that."""
        left = self._stream.available
        if self._task is not None or left:
            raise RemoteProtocolError(f"the message ends inside a token; {left} bytes are unread")

    def next_token(self) -> Token | None:
        """The next token; None when its bytes have not all come. RemoteProtocolError."""
        if self._task is None:
            token = self._whole_token()
            if token is None and self._stream.merge():
                token = self._whole_token()
            if token is not None:
                return token
        return self._careful_token()

    def _whole_token(self) -> Token | None:
        """A token that is all there and all right; otherwise None, and nothing has changed."""
        stream = self._stream
        data, pos = stream.data, stream.pos
        if pos >= len(data):
            return None
        token_id = data[pos]
        try:
            if token_id == _ROW:
                return self._whole_row(data, pos + 1)
            framed = FRAMED_TOKENS.get(token_id)
            if framed is not None:
                return self._whole_framed_token(data, pos + 1, *framed)
            special = _WHOLE_TOKENS.get(token_id)
            if special is not None:
                return special(self, data, pos + 1)
            cursor = Cursor(data, pos + 1)
            token = SIMPLE_TOKENS[token_id](cursor)
        except (*UNREADABLE, RemoteProtocolError):
            return None
        stream.pos = cursor.pos
        return token

    def _whole_row(self, data: bytes, pos: int) -> Row | None:
        decoders = self._decoders
        if not decoders:
            return None
        values: list[object] = []
        append = values.append
        for decode in decoders:
            value, pos = decode(data, pos)
            append(value)
        if pos > len(data):
            return None
        self._stream.pos = pos
        return _new_row(Row, (tuple(values),))

    def _whole_null_bitmap_row(self, data: bytes, pos: int) -> Row | None:
        decoders = self._decoders
        if not decoders:
            return None
        end = pos + (len(decoders) + 7) // 8
        if end > len(data):
            return None
        present = self._present_columns(data[pos:end])
        if not present:
            self._stream.pos = end
            return self._null_row
        values: list[object] = [None] * len(decoders)
        for index in present:
            values[index], end = decoders[index](data, end)
        if end > len(data):
            return None
        self._stream.pos = end
        return _new_row(Row, (tuple(values),))

    def _present_columns(self, bitmap: bytes) -> tuple[int, ...]:
        """The numbers of the columns that are not NULL."""
        present = self._patterns.get(bitmap)
        if present is None:
            present = present_columns(bitmap, len(self._columns))
            if len(self._patterns) < _REMEMBERED_BITMAPS:
                self._patterns[bitmap] = present
        return present

    def _whole_framed_token(
        self, data: bytes, pos: int, length_size: int, decode: Callable[[bytes], Token]
    ) -> Token | None:
        start = pos + length_size
        size = int.from_bytes(data[pos:start], "little")
        end = start + size
        if end > len(data) or size > MAX_LONG_TOKEN_SIZE:
            return None
        # Three bytes a token: the cheapest there is to send must be the cheapest to read.
        token = (EMPTY_TOKENS.get(data[pos - 1]) if not size else None) or decode(data[start:end])
        self._stream.pos = end
        return token

    def _whole_metadata(self, data: bytes, pos: int) -> ColMetadata | None:
        if data[pos : pos + 2] == b"\x00\x00":
            self._stream.pos = pos + 2
            return self._described((), _NO_COLUMNS)
        cursor = Cursor(data, pos)
        count = cursor.u16()
        if count > MAX_COLUMNS:
            if count != NO_METADATA:
                return None
            self._stream.pos = cursor.pos
            return ColMetadata(None)
        columns = tuple([read_column(cursor) for _ in range(count)])
        self._stream.pos = cursor.pos
        return self._described(columns, ColMetadata(columns))

    def _whole_feature_list(self, data: bytes, pos: int) -> FeatureExtAck:
        if data[pos] == FEATURE_TERMINATOR:
            self._stream.pos = pos + 1
            return _NO_FEATURES
        cursor = Cursor(data, pos)
        features = decode_features(cursor)
        self._stream.pos = cursor.pos
        return FeatureExtAck(features)

    def _whole_return_value(self, data: bytes, pos: int) -> ReturnValue:
        cursor = Cursor(data, pos)
        ordinal, name, status = cursor.u16(), cursor.b_varchar(), cursor.u8()
        user_type, flags = cursor.u32(), cursor.u16()
        if flags & ENCRYPTED:
            raise LookupError
        info = decode_type_info(cursor)
        value = read_value(cursor, info, max_size=self._stream.max_value_size)
        self._stream.pos = cursor.pos
        return ReturnValue(name, info, value, ordinal, status, user_type, flags)

    def _described(self, columns: tuple[Column, ...], token: ColMetadata) -> ColMetadata:
        self._columns = columns
        self._decoders = None
        self._null_row = Row((None,) * len(columns))
        self._patterns.clear()
        return token

    def _careful_token(self) -> Token | None:
        if self._failure is not None:
            raise RemoteProtocolError(f"this answer was already refused: {self._failure}")
        while self._stream.has(self._needed):
            if self._task is None:
                self._task = self._token()
            try:
                self._needed = next(self._task)
            except StopIteration as stop:
                self._task = None
                self._needed = 1
                token: Token = stop.value
                return token
            except RemoteProtocolError as error:
                self._failure = str(error)
                raise
        return None

    def _token(self) -> Reading[Token]:
        token_id = yield from self._stream.read(Cursor.u8)
        simple = SIMPLE_TOKENS.get(token_id)
        if simple is not None:
            return (yield from self._stream.read(simple))
        reading = _READINGS.get(token_id)
        if reading is None:
            refuse(token_id)
        return (yield from reading(self))

    def _metadata(self) -> Reading[Token]:
        stream = self._stream
        count = yield from stream.read(Cursor.u16)
        if count == NO_METADATA:
            return ColMetadata(None)
        if count > MAX_COLUMNS:
            raise RemoteProtocolError(f"{count} columns; expected at most {MAX_COLUMNS}")
        columns: list[Column] = []
        while len(columns) < count:
            cursor = Cursor(stream.data, stream.pos)
            try:
                while len(columns) < count:
                    cursor.start = stream.pos = cursor.pos
                    columns.append(read_column(cursor))
                stream.pos = cursor.pos
            except Truncated as cut:
                yield cut.needed
        described = tuple(columns)
        return self._described(described, ColMetadata(described))

    def _row(self) -> Reading[Token]:
        decoders = self._row_decoders()
        return Row(tuple((yield from self._values(range(len(decoders)), decoders))))

    def _null_bitmap_row(self) -> Reading[Token]:
        decoders = self._row_decoders()
        size = (len(decoders) + 7) // 8
        bitmap = yield from self._stream.read(lambda cursor: cursor.take(size))
        return Row(tuple((yield from self._values(self._present_columns(bitmap), decoders))))

    def _values(
        self, present: Sequence[int], decoders: Sequence[RowDecoder]
    ) -> Reading[list[object]]:
        """The values of the columns that are present, None for the others."""
        stream = self._stream
        values: list[object] = [None] * len(decoders)
        for index in present:
            value = stream.attempt(decoders[index])
            if value is NOT_READ:
                value = yield from stream.value(self._columns[index].type)
            values[index] = value
        return values

    def _row_decoders(self) -> tuple[RowDecoder, ...]:
        if not self._columns:
            raise RemoteProtocolError("a row before any column was described")
        if self._decoders is None:
            limit = self._stream.max_value_size
            self._decoders = tuple([row_decoder(column.type, limit) for column in self._columns])
        return self._decoders

    def _return_value(self) -> Reading[Token]:
        stream = self._stream
        ordinal = yield from stream.read(Cursor.u16)
        name = yield from stream.read(Cursor.b_varchar)
        status = yield from stream.read(Cursor.u8)
        user_type = yield from stream.read(Cursor.u32)
        flags = yield from stream.read(Cursor.u16)
        if flags & ENCRYPTED:
            raise RemoteProtocolError("not supported by this codec: Always Encrypted values")
        info = yield from stream.read(decode_type_info)
        value = yield from stream.value(info)
        return ReturnValue(name, info, value, ordinal, status, user_type, flags)


_WHOLE_TOKENS: Final[dict[int, Callable[[TokenReader, bytes, int], Token | None]]] = {
    TokenType.NBCROW: TokenReader._whole_null_bitmap_row,
    TokenType.COLMETADATA: TokenReader._whole_metadata,
    TokenType.RETURNVALUE: TokenReader._whole_return_value,
    TokenType.FEATUREEXTACK: TokenReader._whole_feature_list,
}
_READINGS: Final[dict[int, Callable[[TokenReader], Reading[Token]]]] = {
    TokenType.ROW: TokenReader._row,
    TokenType.NBCROW: TokenReader._null_bitmap_row,
    TokenType.COLMETADATA: TokenReader._metadata,
    TokenType.RETURNVALUE: TokenReader._return_value,
}
