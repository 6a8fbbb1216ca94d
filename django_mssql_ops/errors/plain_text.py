"""Errors in texts without ODBC's tags: Microsoft's tools, Python's exceptions, bare sentences.

::

    Msg 18456, Level 14, State 1, Server db, Line 1          sqlcmd, the sentence is the next line
    Login failed for user 'app'. (Microsoft SQL Server, Error: 18456)          SSMS and .NET
    Error: 18456, Severity: 14, State: 38.                   the server's error log
    Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : Login timeout expired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.observed import ObservedRecord, squeeze
from django_mssql_ops.errors.signatures import number_of_sentence
from django_mssql_ops.errors.tagged_text import first_sentence, has_tags, infer_number

#: Lines of a text without structure that are looked at, at its beginning and at its end.
_FIRST_LINES: Final = 16
_LAST_LINES: Final = 32
_MAX_LINE_LENGTH: Final = 1_024
_MAX_NUMBERED: Final = 16

_MESSAGE = re.compile(
    r"\bMsg (?P<number>\d{1,6}), Level \d{1,2}, State \d{1,3}(?:, Server [^,\n]{1,128})?"
    r"(?:, Procedure [^,\n]{1,160})?(?:, Line \d{1,9})?:?\s{1,4}"
)
_LOGGED = re.compile(r"\bError: (?P<number>\d{1,6}), Severity: \d{1,2}, State: \d{1,3}\.?\s{0,4}")
_LOG_FRONT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]{0,8} {1,4}\w{1,16} {1,16}")
#: pymssql: the server's last number and words, then FreeTDS's own, numbered from 20000 on.
_DB_LIBRARY = re.compile(
    r"\((?P<number>(?!20\d{3},)\d{1,6}), b?['\"](?P<sentence>[^\n]{1,2048}?)DB-Lib error message \d"
)
_DOT_NET = re.compile(
    r"\((?:Microsoft SQL Server|Framework Microsoft SqlClient Data Provider|"
    r"(?:\.Net|Core) ?(?:Microsoft )?SqlClient Data Provider), Error: (?P<number>-?\d{1,10})\)"
    r"|\bError Number: ?(?P<listed>-?\d{1,10})\b"
)
_SQLCMD = re.compile(r"\bSqlcmd: (?:Error|Warning)?:? ?(?:Microsoft )?[^:\n]{1,60} : ?")
_CLASS_FRONT = re.compile(
    r"\s{0,8}(?:[A-Za-z_][\w.]{0,100}\.)?(?:[A-Z]\w{0,60})?"
    r"(?:Error|Exception|Warning|Configured|NotFound): "
)
_LOG_LEVEL = re.compile(r"(?:^|.{0,120}\b)(?:ERROR|CRITICAL|FATAL|WARNING)\b[\]:\- ]{1,6}(?=\S)")


def numbered_records(text: str) -> Iterator[ObservedRecord]:
    """What Microsoft's own tools print: the number with the sentence, or the sentence alone."""
    for found in _each(_MESSAGE, text):
        yield _server(int(found["number"]), first_sentence(text[found.end() :][:4_096]))
    for found in _each(_LOGGED, text):
        yield _server(int(found["number"]), _logged_sentence(text, found))
    if "DB-Lib error message" in text:
        for found in _each(_DB_LIBRARY, text):
            yield _server(int(found["number"]), found["sentence"])
    for found in _each(_DOT_NET, text):
        yield _dot_net(text, found)
    for found in _each(_SQLCMD, text):
        sentence = first_sentence(text[found.end() :][:4_096]).removesuffix(".")
        yield plain_record(sentence)
        if "certificate" in sentence:
            # Who runs sqlcmd needs other options than who runs Django.
            yield ObservedRecord(sentence=squeeze(f"{found[0]}{sentence}"))


def plain_records(text: str, *, only_exceptions: bool) -> Iterator[ObservedRecord]:
    """Lines as sentences; with ``only_exceptions`` those that begin with an exception's class."""
    lines = text.split("\n")
    if len(lines) > _FIRST_LINES + _LAST_LINES:
        lines = [*lines[:_FIRST_LINES], *lines[-_LAST_LINES:]]
    lines = [line[:_MAX_LINE_LENGTH] for line in lines]
    for index, line in enumerate(lines):
        front = _CLASS_FRONT.match(line)
        if has_tags(line) or not line.strip():
            continue
        if front is not None:
            rest = "\n".join([line[front.end() :], *lines[index + 1 : index + 8]])
            yield plain_record(rest.split("\n\n")[0])
            yield plain_record(line[front.end() :])
        elif not only_exceptions:
            level = _LOG_LEVEL.match(line)
            yield plain_record(line[level.end() if level else 0 :])
    if not only_exceptions:
        yield plain_record(text)


def plain_record(sentence: str) -> ObservedRecord:
    """A sentence of whoever: the server's when it is word for word one of the server's."""
    squeezed = squeeze(sentence)
    number = number_of_sentence(squeezed) or number_of_sentence(f"{squeezed}.")
    if number is not None:
        return ObservedRecord(number=number, origin="server", sentence=squeezed)
    number = infer_number("client", squeezed)
    return ObservedRecord(number=number, is_told=number is not None, sentence=squeezed)


def phase_of_frames(text: str) -> Phase:
    """From the functions that a traceback's text names; the last one is the innermost."""
    found = _FRAME.findall(text)
    return _PHASE_OF_FRAME[found[-1]] if found else Phase.UNKNOWN


_FRAME = re.compile(r"\bin (get_new_connection|_commit|_rollback|execute|executemany|fetchone)\b")
_PHASE_OF_FRAME: Final = {
    "get_new_connection": Phase.CONNECT,
    "_commit": Phase.COMMIT,
    "_rollback": Phase.ROLLBACK,
    "execute": Phase.EXECUTE,
    "executemany": Phase.EXECUTE,
    "fetchone": Phase.FETCH,
}


def _each(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for count, found in enumerate(pattern.finditer(text)):
        if count == _MAX_NUMBERED:
            return
        yield found


def _logged_sentence(text: str, found: re.Match[str]) -> str:
    """The line after the number; the one before it where the log was copied newest first."""
    rest = text[found.end() :][:4_096]
    if not rest.strip():
        rest = text[max(0, found.start() - 2_048) : found.start()].strip().rpartition("\n")[2]
    front = _LOG_FRONT.match(rest)
    return first_sentence(rest[front.end() if front else 0 :])


def _server(number: int, sentence: str) -> ObservedRecord:
    return ObservedRecord(number=number, is_told=True, origin="server", sentence=squeeze(sentence))


def _dot_net(text: str, found: re.Match[str]) -> ObservedRecord:
    """.NET numbers Windows' errors like the server's; those name the network library's provider."""
    before = text[max(0, found.start() - 2_048) : found.start()]
    sentence = squeeze(before.rpartition("\n")[2] or before)
    is_client = "(provider:" in before
    return ObservedRecord(
        number=int(found["number"] or found["listed"]),
        is_told=True,
        origin="client" if is_client else "server",
        sentence=sentence,
    )
