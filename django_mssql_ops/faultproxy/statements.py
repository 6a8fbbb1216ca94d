"""What a statement is, as far as its text tells without understanding it.

Facts: what mssql-django 2.0 and the drivers say on their own was measured on the wire; FreeTDS's
DB-Library begins and ends transactions with batches of text.
"""

from __future__ import annotations

import re
from typing import Final

from django_mssql_ops.faultproxy.moments import Point

#: White space and comments before the first word; a comment that does not end hides everything.
_AHEAD: Final = re.compile(r"(?:[\s;(]+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z_]{1,30}")

_TRANSACTION: Final = re.compile(
    r"\s*(?:IF\s+@@TRANCOUNT\s*>\s*0\s+)?(BEGIN|COMMIT|ROLLBACK)(\s+TRAN(?:SACTION)?|\s+WORK)?\s*;?\s*",
    re.IGNORECASE,
)
#: FreeTDS and DB-API libraries end one transaction and begin the next in one batch.
_BEGIN_NEXT: Final = re.compile(r"BEGIN\s+TRAN(?:SACTION)?\s*;?\s*", re.IGNORECASE)
_TRANSACTION_POINTS: Final = {
    "BEGIN": Point.BEGIN,
    "COMMIT": Point.COMMIT,
    "ROLLBACK": Point.ROLLBACK,
}

_SETTINGS: Final = (
    "ANSI_DEFAULTS|ANSI_NULLS|ANSI_NULL_DFLT_ON|ANSI_PADDING|ANSI_WARNINGS|ARITHABORT"
    "|CONCAT_NULL_YIELDS_NULL|CURSOR_CLOSE_ON_COMMIT|DATEFIRST|DATEFORMAT|FMTONLY"
    "|IMPLICIT_TRANSACTIONS|LANGUAGE|NO_BROWSETABLE|QUOTED_IDENTIFIER|TEXTSIZE"
    r"|TRANSACTION\s+ISOLATION\s+LEVEL"
)
_HOUSEKEEPING: Final = re.compile(
    rf"\s*(?:SELECT\s+@@(?:TRANCOUNT|SPID|VERSION)\s*"
    rf"|SELECT\s+CAST\(SERVERPROPERTY\('ProductVersion'\)[^;]*"
    rf"|(?:SET\s+(?:{_SETTINGS})\s[^;]*?(?:;|\s(?=SET\s)|$)\s*)+)\s*;?\s*",
    re.IGNORECASE,
)
#: Characters: nothing that a driver says on its own is longer.
_MAX_HOUSEKEEPING: Final = 1_000


def verb_of(sql: str) -> str:
    """The first word in capitals, "" where there is none."""
    ahead = _AHEAD.match(sql)
    word = _WORD.match(sql, ahead.end() if ahead else 0)
    return word[0].upper() if word else ""


def point_of(sql: str) -> Point:
    """BEGIN, COMMIT, ROLLBACK, HOUSEKEEPING or REQUEST."""
    if len(sql) > _MAX_HOUSEKEEPING:
        return Point.REQUEST
    found = _TRANSACTION.match(sql)
    if found is not None:
        rest = sql[found.end() :]
        word = found[1].upper()
        if not rest and (word != "BEGIN" or found[2]):
            return _TRANSACTION_POINTS[word]
        if rest and word != "BEGIN" and _BEGIN_NEXT.fullmatch(rest):
            return _TRANSACTION_POINTS[word]
    return Point.HOUSEKEEPING if _HOUSEKEEPING.fullmatch(sql) else Point.REQUEST
