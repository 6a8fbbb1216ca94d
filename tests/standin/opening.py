"""The first two answers of a server: to PRELOGIN and to LOGIN7."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django_mssql_ops.tds import (
    Collation,
    Done,
    DoneKind,
    DoneStatus,
    Encryption,
    EnvChange,
    EnvChangeType,
    Feature,
    FeatureExtAck,
    FeatureId,
    Login7,
    LoginAck,
    Prelogin,
    Token,
    encode_token,
)
from tests.standin.engine import Failure
from tests.standin.profiles import Profile
from tests.standin.replies import database_tokens, error_token, info_token
from tests.standin.session import Session

TDS_7_3: Final = 0x730A0003
TDS_7_4: Final = 0x74000004
TDS_8_0: Final = 0x08000000
#: Bytes of a packet (MS-TDS 2.2.6.4): the range a server accepts, and what 0 means.
MIN_PACKET_SIZE: Final = 512
MAX_PACKET_SIZE: Final = 32767
DEFAULT_PACKET_SIZE: Final = 4096
#: What the server calls itself in LOGINACK.
PROGRAM: Final = "django-mssql-ops stand-in"


def prelogin_reply(profile: Profile, asked: Prelogin, answer: Encryption) -> bytes:
    """The payload of the PRELOGIN reply: no MARS, no federated authentication, any instance."""
    major, minor, build, _ = profile.version
    return Prelogin(
        version=(major, minor, build, 0),
        encryption=answer,
        instance=b"",
        mars=False,
        fedauth_required=0 if asked.fedauth_required is not None else None,
    ).encode()


def protocol_version(login: Login7, *, strict: bool) -> int | None:
    """The TDS version both sides speak from now on; None when the client's is too old."""
    if strict:
        return TDS_8_0
    return min(login.tds_version, TDS_7_4) if login.tds_version >= TDS_7_3 else None


def packet_size(login: Login7) -> int:
    """The packet size that follows from what the client asked for."""
    asked = login.packet_size or DEFAULT_PACKET_SIZE
    return min(max(asked, MIN_PACKET_SIZE), MAX_PACKET_SIZE)


def login_reply(session: Session, login: Login7) -> bytes:
    """The tokens of a successful login, in the order msodbcsql 18.6.2 accepts (measured)."""
    profile = session.profile
    tokens: list[Token] = [
        *database_tokens(session.database, "master", profile.server_name),
        EnvChange(EnvChangeType.COLLATION, Collation().encode(), b""),
        EnvChange(EnvChangeType.LANGUAGE, session.language, ""),
        info_token(5703, f"Changed language setting to {session.language}.", profile.server_name),
        LoginAck(PROGRAM, profile.version[:3], session.protocol_version),
        EnvChange(EnvChangeType.PACKET_SIZE, str(packet_size(login)), str(DEFAULT_PACKET_SIZE)),
    ]
    if any(feature.id == FeatureId.UTF8_SUPPORT for feature in login.features):
        tokens.append(FeatureExtAck((Feature(FeatureId.UTF8_SUPPORT, b"\x01"),)))
    tokens.append(Done(DoneKind.DONE, DoneStatus.FINAL, 0, 0))
    return b"".join(encode_token(token) for token in tokens)


def refusal(failures: Iterable[Failure], profile: Profile) -> bytes:
    """The tokens of a refused login."""
    tokens: list[Token] = [error_token(failure, profile.server_name) for failure in failures]
    tokens.append(Done(DoneKind.DONE, DoneStatus.ERROR, 0, 0))
    return b"".join(encode_token(token) for token in tokens)
