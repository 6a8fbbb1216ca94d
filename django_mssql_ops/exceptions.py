"""Every exception this project raises on purpose, one class per reaction a caller can have.

::

    MssqlOpsError
    ├── ConfigurationError          the question cannot be asked: a setting, an alias, an option
    ├── DriverUnavailable           a driver, a driver manager or a library of theirs is missing
    │   └── DriverSetupTooLate      the driver manager has already read its configuration
    └── ProtocolError               bytes that are not the MS-TDS they should be
        ├── LocalProtocolError      this side asked the codec for something MS-TDS does not allow
        └── RemoteProtocolError     the other side sent something MS-TDS does not allow

No message ever holds a password, a token, a key or a whole connection string.
"""

from __future__ import annotations


class MssqlOpsError(Exception):
    """Root of everything raised here on purpose; anything else that escapes is a bug."""


class ConfigurationError(MssqlOpsError):
    """The question cannot be asked: fix the setting, the alias or the option (exit code 2)."""


class DriverUnavailable(MssqlOpsError):
    """A driver, the driver manager or a library of theirs is missing; the text has the remedy."""


class DriverSetupTooLate(DriverUnavailable):
    """The driver manager read its configuration before this call could change it."""


class ProtocolError(MssqlOpsError):
    """The bytes are not MS-TDS; the connection they came over cannot be used any further."""


class LocalProtocolError(ProtocolError):
    """Our own side asked for a message that MS-TDS does not allow here."""


class RemoteProtocolError(ProtocolError):
    """The peer sent something that MS-TDS does not allow here."""
