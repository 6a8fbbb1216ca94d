"""The engine that knows no SQL: answers by heart, and an honest error for everything else.

It knows what the drivers and mssql-django send on their own account (measured with msodbcsql
18.6.2, pymssql 2.4, python-tds 1.17 and mssql-django 2.0), what the probes of mssql_check ask, the
statements of transactions and SET, and ``SELECT @P1, …``, which echoes parameters.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Final

from django_mssql_ops.tds import datetime2, nvarchar, varchar
from tests.standin import type_catalogue
from tests.standin.columns import INT, column, one_value
from tests.standin.engine import (
    Executed,
    Failure,
    ProcedureCall,
    Result,
    ResultSet,
    Statement,
    StatementFailed,
    not_supported,
)
from tests.standin.probe_answers import PROBE_ANSWERS
from tests.standin.script import normalise
from tests.standin.session import Session
from tests.standin.transactions import TransactionEvent

Answer = Callable[[Session], Iterable[Result]]
PatternAnswer = Callable[[Session, Statement, re.Match[str]], Iterable[Result]]


class CannedEngine:
    """Looks up the whole batch, then its statements one by one; holds no state of its own."""

    def execute(self, session: Session, statement: Statement) -> Iterable[Result]:
        """Answer one batch."""
        answer = ANSWERS.get(normalise(statement.text))
        if answer is not None:
            yield from answer(session)
            return
        parts = [part.strip() for part in statement.text.split(";")]
        for part in filter(None, parts):
            yield from _answer_part(session, Statement(part, statement.parameters))

    def call(self, session: Session, call: ProcedureCall) -> Iterable[Result]:
        """Answer the one procedure that drivers call of their own accord."""
        name = call.name.replace("[", "").replace("]", "").rpartition(".")[2].lower()
        if name not in ("sp_datatype_info_100", "sp_datatype_info"):
            raise StatementFailed(not_supported(f"procedure {call.name}"))
        wanted = call.parameters[0].value if call.parameters else 0
        yield type_catalogue.datatype_info(wanted)

    def transaction_changed(self, session: Session, event: TransactionEvent) -> None:
        """Nothing is stored, so nothing is undone."""

    def session_ended(self, session: Session) -> None:
        """Nothing is kept."""


def _answer_part(session: Session, statement: Statement) -> Iterable[Result]:
    answer = ANSWERS.get(normalise(statement.text))
    if answer is not None:
        return answer(session)
    for pattern, pattern_answer in PATTERNS:
        match = pattern.fullmatch(statement.text)
        if match is not None:
            return pattern_answer(session, statement, match)
    raise StatementFailed(not_supported(statement.text))


def _select_one(session: Session) -> Iterable[Result]:
    return (one_value(1, INT),)


def _trancount(session: Session) -> Iterable[Result]:
    return (one_value(session.transaction.count, INT),)


def _system_datetime(session: Session) -> Iterable[Result]:
    return (one_value(dt.datetime.now(), datetime2(7)),)


def _backend_version(session: Session) -> Iterable[Result]:
    columns = column("", varchar(30)), column("", INT)
    profile = session.profile
    return (ResultSet(columns, ((profile.product_version, profile.engine_edition),)),)


def _banner(session: Session) -> Iterable[Result]:
    return (one_value(session.profile.banner, nvarchar(300)),)


#: Whole batches and single statements, normalised: see ``script.normalise``.
ANSWERS: Final[dict[str, Answer]] = {
    "select 1": _select_one,
    "select @@trancount": _trancount,
    "select sysdatetime()": _system_datetime,
    "select @@version": _banner,
    normalise(
        "SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar), "
        "CAST(SERVERPROPERTY('EngineEdition') AS integer)"
    ): _backend_version,
    **PROBE_ANSWERS,
}


def _begin(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    session.transaction.begin(match["name"] or "")
    return (Executed(),)


def _commit(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    session.transaction.commit()
    return (Executed(),)


def _commit_if_open(
    session: Session, statement: Statement, match: re.Match[str]
) -> Iterable[Result]:
    if session.transaction.count:
        session.transaction.commit()
    return (Executed(),)


def _rollback(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    session.transaction.rollback(match["name"] or "")
    return (Executed(),)


def _rollback_if_open(
    session: Session, statement: Statement, match: re.Match[str]
) -> Iterable[Result]:
    session.transaction.abandon()
    return (Executed(),)


def _save(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    session.transaction.save(match["name"])
    return (Executed(),)


def _use(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    session.use(match["name"])
    return (Executed(),)


def _set_isolation(
    session: Session, statement: Statement, match: re.Match[str]
) -> Iterable[Result]:
    session.isolation_level = match["level"].upper()
    return (Executed(),)


def _set_date_format(
    session: Session, statement: Statement, match: re.Match[str]
) -> Iterable[Result]:
    session.date_format = match["format"].lower()
    return (Executed(),)


def _set_date_first(
    session: Session, statement: Statement, match: re.Match[str]
) -> Iterable[Result]:
    session.date_first = int(match["day"])
    return (Executed(),)


def _set_option(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    for name in match["names"].split(","):
        session.options[name.strip().upper()] = match["value"].upper()
    return (Executed(),)


def _echo(session: Session, statement: Statement, match: re.Match[str]) -> Iterable[Result]:
    by_name = {parameter.name.lower(): parameter for parameter in statement.parameters}
    names = [name.strip() for name in match["names"].split(",")]
    missing = [name for name in names if name.lower() not in by_name]
    if missing:
        message = f'Must declare the scalar variable "{missing[0]}".'
        raise StatementFailed(Failure(number=137, severity=15, message=message))
    echoed = [by_name[name.lower()] for name in names]
    columns = tuple(column("", parameter.type) for parameter in echoed)
    return (ResultSet(columns, (tuple(parameter.value for parameter in echoed),)),)


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern in which a blank stands for any white space."""
    return re.compile(text.replace(" ", r"\s+"), re.IGNORECASE)


_NAME = r"\[?(?P<name>[\w$#@-]+)\]?"
_IF_OPEN = r"IF\s+@@TRANCOUNT\s*>\s*0\s+"
_TRANSACTION = r"TRAN(?:SACTION)?"
_OPTIONS = (
    "ANSI_DEFAULTS|ANSI_NULL_DFLT_ON|ANSI_NULLS|ANSI_PADDING|ANSI_WARNINGS|ARITHABORT|"
    "CONCAT_NULL_YIELDS_NULL|CURSOR_CLOSE_ON_COMMIT|IMPLICIT_TRANSACTIONS|LOCK_TIMEOUT|NOCOUNT|"
    "NOEXEC|NUMERIC_ROUNDABORT|QUOTED_IDENTIFIER|ROWCOUNT|TEXTSIZE|XACT_ABORT|LANGUAGE"
)

#: Single statements with something in them that varies.
PATTERNS: Final[tuple[tuple[re.Pattern[str], PatternAnswer], ...]] = (
    (_pattern(f"BEGIN {_TRANSACTION}(?: {_NAME})?"), _begin),
    (_pattern(f"COMMIT(?: {_TRANSACTION}(?: {_NAME})?| WORK)?"), _commit),
    (_pattern(f"{_IF_OPEN}COMMIT(?: {_TRANSACTION}| WORK)?"), _commit_if_open),
    (_pattern(f"ROLLBACK(?: {_TRANSACTION}(?: {_NAME})?| WORK)?"), _rollback),
    (_pattern(f"{_IF_OPEN}ROLLBACK(?: {_TRANSACTION}| WORK)?"), _rollback_if_open),
    (_pattern(f"SAVE {_TRANSACTION} {_NAME}"), _save),
    (_pattern(f"USE {_NAME}"), _use),
    (_pattern(r"SET TRANSACTION ISOLATION LEVEL (?P<level>[\w ]+)"), _set_isolation),
    (_pattern(r"SET DATEFORMAT '?(?P<format>[a-z]{3})'?"), _set_date_format),
    (_pattern(r"SET DATEFIRST (?P<day>[1-7])"), _set_date_first),
    (
        re.compile(
            rf"SET\s+(?P<names>(?:{_OPTIONS})(?:\s*,\s*(?:{_OPTIONS}))*)\s+(?P<value>-?\w+)",
            re.IGNORECASE,
        ),
        _set_option,
    ),
    (re.compile(r"SELECT\s+(?P<names>@\w+(?:\s*,\s*@\w+)*)", re.IGNORECASE), _echo),
)
