"""How a server is configured to answer PRELOGIN's ENCRYPTION option (MS-TDS 2.2.6.5)."""

from __future__ import annotations

import enum

from django_mssql_ops.tds import Encryption


class EncryptionPolicy(enum.Enum):
    """The server's own configuration; what the client asks for decides the rest."""

    #: TLS is there for who asks for it; otherwise for the login only.
    OPTIONAL = "optional"
    #: Everybody gets TLS throughout ("Force Encryption").
    FORCED = "forced"
    #: The server has no TLS at all.
    UNAVAILABLE = "unavailable"
    #: Only TDS 8.0, TLS before anything else ("Force Strict Encryption").
    STRICT = "strict"

    def answer(self, asked: Encryption) -> Encryption:
        """The ENCRYPTION option of the PRELOGIN reply, by the table of MS-TDS 2.2.6.5."""
        if self is EncryptionPolicy.UNAVAILABLE:
            return Encryption.NOT_SUP
        if asked in (Encryption.ON, Encryption.REQ):
            return Encryption.ON
        if self is not EncryptionPolicy.OPTIONAL:
            return Encryption.REQ
        return asked
