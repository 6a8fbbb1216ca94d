"""Feature extensions: what a LOGIN7 asks for and a FEATUREEXTACK grants.

Facts (MS-TDS 2.2.6.4 "FeatureExt", 2.2.7.11 FEATUREEXTACK):

- Both are a list of id (BYTE), length (DWORD) and content, ended by 0xFF.
- FEDAUTH's content in a LOGIN7 can hold an access token, so no content is ever shown.
- A server acknowledges only what was asked: msodbcsql 18.6 treats an unrequested
  SESSIONRECOVERY acknowledgement as a protocol error [measured].
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U32, Cursor
from django_mssql_ops.tds.limits import MAX_FEATURE_SIZE, MAX_FEATURES

FEATURE_TERMINATOR = 0xFF


class FeatureId(enum.IntEnum):
    SESSIONRECOVERY = 0x01
    FEDAUTH = 0x02
    COLUMNENCRYPTION = 0x04
    GLOBALTRANSACTIONS = 0x05
    AZURESQLSUPPORT = 0x08
    DATACLASSIFICATION = 0x09
    UTF8_SUPPORT = 0x0A
    AZURESQLDNSCACHING = 0x0B
    JSONSUPPORT = 0x0D
    VECTORSUPPORT = 0x0E
    ENHANCEDROUTINGSUPPORT = 0x0F
    USERAGENT = 0x10


_KNOWN = {int(member): member for member in FeatureId}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. ``id`` is a `FeatureId`, or a plain int for one this codec has no name for."""

    id: FeatureId | int
    content: bytes = field(default=b"", repr=False)


def encode_features(features: tuple[Feature, ...]) -> bytes:
    parts = []
    for feature in features:
        if not 0 <= feature.id < FEATURE_TERMINATOR:
            raise LocalProtocolError(f"feature id {feature.id!r}; expected 0 to 254")
        parts.append(bytes((feature.id,)) + U32.pack(len(feature.content)) + feature.content)
    return b"".join(parts) + bytes((FEATURE_TERMINATOR,))


def read_feature(cursor: Cursor) -> Feature | None:
    """One feature, or None for the terminator. RemoteProtocolError, `Truncated`."""
    feature_id = cursor.u8()
    if feature_id == FEATURE_TERMINATOR:
        return None
    length = cursor.u32()
    if length > MAX_FEATURE_SIZE:
        raise RemoteProtocolError(
            f"feature 0x{feature_id:02X} of {length} bytes; expected at most {MAX_FEATURE_SIZE}"
        )
    return Feature(_KNOWN.get(feature_id, feature_id), cursor.take(length))


def decode_features(cursor: Cursor) -> tuple[Feature, ...]:
    """Reads up to and including the terminator."""
    features: list[Feature] = []
    while (feature := read_feature(cursor)) is not None:
        if len(features) >= MAX_FEATURES:
            raise RemoteProtocolError(f"more than {MAX_FEATURES} features")
        features.append(feature)
    return tuple(features)
