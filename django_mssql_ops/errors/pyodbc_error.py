r"""pyodbc's exceptions (src/errors.cpp, measured with pyodbc 5.5).

::

    ('28000', "[28000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed for
      user 'app'. (18456) (SQLDriverConnect)")            a record: [STATE] text (NATIVE) (Function)
    ('HY000', 'The driver did not supply an error!')      no record, no suffix
    ('The SQL contains 1 parameter markers, ...', 'HY000')    pyodbc itself: the other way round
    ('Attempt to use a closed connection.',)              pyodbc itself, no state

On Linux and macOS only the first record is kept, so the suffix is the end of the text. On Windows
the others follow it as ``; [STATE] text (NATIVE)``, each with the first record's state, whatever
its own: the function then stands after the first record. An end is what tells the two forms apart,
because user data can imitate everything but the end.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from django_mssql_ops.errors.driver_error import (
    Confidence,
    DiagnosticRecord,
    DriverError,
    DriverModule,
)
from django_mssql_ops.errors.message import (
    NATIVE_TAIL,
    SQLSTATE,
    TAIL,
    TAIL_WINDOW,
    read_head,
    read_tags,
    read_tail,
    shorten,
)
from django_mssql_ops.errors.phases import phase_of_function
from django_mssql_ops.errors.redaction import printable

#: Records kept besides the first; a batch of thousands of PRINTs must not become one exception's.
MAX_RECORDS: Final = 32

_JOIN = re.compile(r"; \[([0-9A-Z]{5})\] (?=\[(?:Microsoft|unixODBC|iODBC|FreeTDS)\]\[)")


class _Frame(NamedTuple):
    """The first record's number and function, the rest of the text, and whether that is certain."""

    number: int | None
    function: str | None
    rest: str = ""
    certain: bool = True


def has_shape(args: tuple[object, ...]) -> bool:
    """``(SQLSTATE, "[SQLSTATE] [vendor]...")``, which Django's wrapper copies from pyodbc."""
    if len(args) < 2 or not isinstance(args[0], str) or not isinstance(args[1], str):
        return False
    state, rest = read_head(args[1])
    return state == args[0] and read_tags(rest).length > 0


def read(args: tuple[object, ...], driver: DriverModule, exception_class: str) -> DriverError:
    """A DriverError from the exception's ``args``; its phase is what the function's name says."""
    state, text = _state_and_text(args)
    text = shorten(text)
    body = read_head(text)[1]
    tags = read_tags(body)
    frame = _read_frame(body, state) if tags.length else _Frame(None, None)
    told = frame.number is not None and frame.certain
    return DriverError(
        driver=driver,
        sqlstate=state,
        number=frame.number,
        origin=tags.origin if tags.length else "client",
        odbc_function=frame.function,
        phase=phase_of_function(frame.function),
        confidence=Confidence.HIGH if told else Confidence.LOW,
        text=printable(text),
        exception_class=exception_class,
        records=_records(frame.rest),
    )


def _state_and_text(args: tuple[object, ...]) -> tuple[str | None, str]:
    texts = [str.__str__(arg) for arg in args[:2] if isinstance(arg, str)]
    if len(texts) == 2:
        if SQLSTATE.match(texts[0]):
            return texts[0], texts[1]
        if SQLSTATE.match(texts[1]):
            return texts[1], texts[0]
    return None, texts[0] if texts else ""


def _read_frame(body: str, state: str | None) -> _Frame:
    """A text that ends with a function is one record; one that ends with a number is several."""
    tail = read_tail(body)
    if tail is not None:
        return _Frame(int(tail[1]), tail[2])
    if NATIVE_TAIL.search(body) is None:
        return _Frame(None, None)
    return _first_of_several(body, state)


def _first_of_several(body: str, state: str | None) -> _Frame:
    """The last place that can end the first record ends it: what follows a statement's own error
    (3621, 3609, login time-outs) repeats no user data. Places that disagree make it uncertain."""
    ends = []
    for join in _JOIN.finditer(body):
        tail = TAIL.search(body, max(0, join.start() - TAIL_WINDOW), join.start())
        if join[1] == state and tail is not None:
            ends.append((tail, join))
    if not ends:
        return _Frame(None, None)
    tail, join = ends[-1]
    certain = len({end[1] for end, _ in ends}) == 1
    return _Frame(int(tail[1]), tail[2], body[join.start() :], certain)


def _records(rest: str) -> tuple[DiagnosticRecord, ...]:
    """The records after the first; the state that Windows shows for them is stale, so None."""
    starts = [join.end() for join in _JOIN.finditer(rest)][:MAX_RECORDS]
    ends = [join.start() for join in _JOIN.finditer(rest)][1 : MAX_RECORDS + 1]
    records = []
    for start, end in zip(starts, [*ends, len(rest)], strict=False):
        text = rest[start:end]
        native = NATIVE_TAIL.search(text)
        records.append(
            DiagnosticRecord(
                sqlstate=None,
                number=None if native is None else int(native[1]),
                origin=read_tags(text).origin,
                text=printable(text),
            )
        )
    return tuple(records)
