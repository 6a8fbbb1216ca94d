"""mssql-python's exceptions (mssql_python/exceptions.py, measured with mssql-python 1.16).

An exception has ``driver_error``, a fixed sentence per SQLSTATE, and ``ddbc_error``, the record's
text without its second tag::

    Invalid authorization specification | [Microsoft][SQL Server]Login failed for user 'app'.
    Client unable to establish connection | [Microsoft]TCP Provider: Error code 0x2749
    Cannot commit on a closed connection | (the same)            the driver about itself

What a connection (not a cursor) raises was a RuntimeError ``SQLSTATE:28000:[Microsoft][ODBC
Driver 18 for SQL Server][SQL Server]...`` first and still has it as ``__context__``, suppressed:
that gives the state and all tags. The diagnostic records come only through our shim.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from django_mssql_ops.errors.driver_error import (
    Confidence,
    DiagnosticRecord,
    DriverError,
    DriverModule,
    Phase,
)
from django_mssql_ops.errors.message import Origin, read_tags, shorten
from django_mssql_ops.errors.mssql_python_states import state_of_sentence
from django_mssql_ops.errors.redaction import printable
from django_mssql_ops.errors.signatures import number_of_sentence

#: Where the shim leaves the records: tuples of (``"[STATE] (NATIVE)"``, text), as the driver
#: returns them.
RECORDS_ATTRIBUTE: Final = "mssql_ops_diagnostic_records"

#: Records read from one exception.
MAX_RECORDS: Final = 32

_RAW = re.compile(r"SQLSTATE:([0-9A-Z]{5}):(?=\[)")
_MESSAGE = re.compile(r"Driver Error: (.{1,200}?); DDBC Error: (?=\[)", re.DOTALL)
_RECORD_KEY = re.compile(r"\[([0-9A-Z]{5})\] \((-?\d{1,10})\)\Z")
_SHORT_SERVER = "[Microsoft][SQL Server]"
_SHORT_CLIENT = "[Microsoft]"
#: Winsock and errno values in the TCP provider's own sentence; nothing else stands there.
_PROVIDER_CODE = re.compile(r"\w+ Provider: Error code 0x([0-9A-Fa-f]{1,8})\b")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z ]{0,40}\Z")


def has_shape(args: tuple[object, ...]) -> bool:
    """The one argument that Django's wrapper copies, or the RuntimeError of the driver's core."""
    text = args[0] if args else None
    return isinstance(text, str) and bool(_MESSAGE.match(text) or _RAW.match(text))


def read(exc: BaseException, exception_class: str) -> DriverError:
    """A DriverError from an exception of mssql_python; its phase is left to the caller."""
    if type(exc).__name__ == "ConnectionStringParseError":
        return _parse_error(exc, exception_class)
    sentence, text = _attribute(exc, "driver_error"), _attribute(exc, "ddbc_error")
    raw = _raw_text(exc)
    if raw is not None and text and raw[1].endswith(text.rpartition("]")[2]):
        error = _from_raw(raw, "mssql_python", exception_class)
    else:
        error = _from_sentence(sentence, text, "mssql_python", exception_class)
    return _with_records(error, vars(exc).get(RECORDS_ATTRIBUTE))


def read_shape(args: tuple[object, ...], driver: DriverModule, exception_class: str) -> DriverError:
    """A DriverError from the text alone, for an exception that has lost the driver's own."""
    text = shorten(str(args[0]))
    raw = _RAW.match(text)
    if raw is not None:
        return _from_raw((raw[1], text[raw.end() :]), driver, exception_class)
    message = _MESSAGE.match(text)
    if message is None:
        return DriverError(driver=driver, text=printable(text), exception_class=exception_class)
    return _from_sentence(message[1], text[message.end() :], driver, exception_class)


def _attribute(exc: BaseException, name: str) -> str:
    value = vars(exc).get(name)
    return shorten(str.__str__(value)) if isinstance(value, str) else ""


def _raw_text(exc: BaseException) -> tuple[str, str] | None:
    """State and text of the RuntimeError behind a connection's error."""
    context = exc.__context__
    if not isinstance(context, RuntimeError) or not context.args:
        return None
    text = context.args[0]
    if not isinstance(text, str):
        return None
    raw = _RAW.match(text)
    return None if raw is None else (raw[1], shorten(text[raw.end() :]))


def _from_raw(raw: tuple[str, str], driver: DriverModule, exception_class: str) -> DriverError:
    state, text = raw
    tags = read_tags(text)
    return DriverError(
        driver=driver,
        sqlstate=state,
        number=_number(tags.origin, text[tags.length :]),
        origin=tags.origin,
        text=printable(text),
        exception_class=exception_class,
    )


def _from_sentence(
    sentence: str, text: str, driver: DriverModule, exception_class: str
) -> DriverError:
    state = state_of_sentence(sentence)
    origin, length = _short_tags(text)
    if state is None and origin == "unknown":
        return DriverError(
            driver=driver,
            origin="client",
            text=printable(text if text and sentence in text else f"{sentence} {text}".strip()),
            exception_class=exception_class,
        )
    return DriverError(
        driver=driver,
        sqlstate=state,
        number=_number(origin, text[length:]),
        origin=origin,
        text=printable(text or sentence),
        exception_class=exception_class,
    )


def _short_tags(text: str) -> tuple[Origin, int]:
    """The tags that ``truncate_error_message`` leaves: it drops the second one after [Microsoft].

    Windows' driver manager writes a blank after its tags, the driver never does.
    """
    if text.startswith(_SHORT_SERVER):
        return "server", len(_SHORT_SERVER)
    if text.startswith(_SHORT_CLIENT):
        manager = text.startswith(f"{_SHORT_CLIENT} ")
        return ("driver_manager" if manager else "client"), len(_SHORT_CLIENT)
    tags = read_tags(text)
    return tags.origin, tags.length


def _number(origin: Origin, sentence: str) -> int | None:
    if origin == "server":
        return number_of_sentence(sentence)
    if origin == "client":
        code = _PROVIDER_CODE.match(sentence)
        return None if code is None else int(code[1], 16)
    return None


def _with_records(error: DriverError, found: object) -> DriverError:
    """The first record that is not a warning speaks; the driver itself drops all the others."""
    if not isinstance(found, tuple | list):
        return error
    records = [r for r in map(_record, found[:MAX_RECORDS]) if r is not None]
    if not records:
        return error
    first = next((r for r in records if not (r.sqlstate or "").startswith("01")), records[0])
    return replace(
        error,
        sqlstate=first.sqlstate,
        number=first.number,
        origin=first.origin,
        confidence=Confidence.HIGH,
        text=first.text,
        records=tuple(r for r in records if r is not first),
    )


def _record(found: object) -> DiagnosticRecord | None:
    if not isinstance(found, tuple | list) or len(found) != 2:
        return None
    key, text = found
    if not isinstance(key, str) or not isinstance(text, str):
        return None
    parts = _RECORD_KEY.match(key)
    if parts is None:
        return None
    return DiagnosticRecord(
        sqlstate=parts[1],
        number=int(parts[2]),
        origin=read_tags(text).origin,
        text=printable(shorten(text)),
    )


def _parse_error(exc: BaseException, exception_class: str) -> DriverError:
    """The connection string was refused before anything was sent.

    The parser quotes pieces of the string, and a piece of a password that holds a semicolon looks
    like a keyword to it. So a piece is repeated only where it could be a keyword's name.
    """
    problems = vars(exc).get("errors")
    texts = [p for p in problems if isinstance(p, str)] if isinstance(problems, list) else []
    safe = [_without_pieces(shorten(text)) for text in texts[:MAX_RECORDS]]
    return DriverError(
        driver="mssql_python",
        origin="client",
        phase=Phase.CONNECT,
        text=printable("\n".join(["Connection string parsing failed:", *safe])),
        exception_class=exception_class,
    )


def _without_pieces(problem: str) -> str:
    """``Unknown keyword 'foo' is not recognized``; without what may be more than a name."""
    before, quote, rest = problem.partition("'")
    name, _, after = rest.partition("'")
    if not quote:
        return before
    is_name = _IDENTIFIER.match(name) and "'" not in after and "Incomplete" not in before
    return f"{before}'{name}'{after}" if is_name else f"{before}'…'"
