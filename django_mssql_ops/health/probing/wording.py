"""From a driver's exception to the one word that may be published, and its number and SQLSTATE.

The driver's text stays behind: it names hosts, users, databases and client addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.errors import DriverError, Kind, Phase, classify, kind_of
from django_mssql_ops.exceptions import ConfigurationError, DriverUnavailable
from django_mssql_ops.health.answer import Word

#: SQLSTATEs of a driver manager that finds no driver (ODBC reference, appendix A).
_NO_DRIVER_STATES: Final = frozenset({"IM002", "IM003", "IM004", "IM005"})
_NO_DRIVER_WORDS: Final = ("can't open lib", "data source name not found")
#: The prefix of everything that the driver's TLS library says, on every platform (measured).
_TLS_WORDS: Final = ("ssl provider", "ssl security error", "certificate verify failed")
#: Not now: the server or the service will be there again.
_NOT_NOW: Final = frozenset({Kind.AVAILABILITY, Kind.RESOURCES})
#: mssql-python refuses a connection string of its own accord, before anything is opened.
_REFUSED_STRING: Final = "ConnectionStringParseError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What came of a question that failed.

    ``is_lost``: the connection is gone, so that another one may do. ``is_usable``: it is known to
    work still. ``is_rejected``: the login was answered with a no, so that another one may lock the
    account; ``next_login`` is when it may be tried, on the monotonic clock.
    """

    word: Word
    number: int | None = None
    sqlstate: str | None = None
    is_lost: bool = False
    is_usable: bool = False
    is_rejected: bool = False
    next_login: float | None = None


def failure_of(error: BaseException, *, is_opening: bool) -> Failure:
    """``is_opening``: the error came from opening the connection, not from a statement on it."""
    told = classify(error)
    if told is None:
        return Failure(word=_word_without_driver(error))
    if is_opening and told.phase is Phase.UNKNOWN:
        told = replace(told, phase=Phase.CONNECT)
    word = _word_of_opening(told) if is_opening else _word_of_statement(told)
    return Failure(
        word=word,
        # 0 is no number: ODBC's own time-outs have none.
        number=told.number or None,
        sqlstate=told.sqlstate,
        is_lost=not is_opening and word is Word.CONNECTION_LOST,
        is_usable=not is_opening and told.is_connection_dead is False,
        is_rejected=is_opening and word is Word.LOGIN_REJECTED,
    )


def _word_without_driver(error: BaseException) -> Word:
    if isinstance(error, (DriverUnavailable, ImportError)) or _is_failed_import(error):
        return Word.DRIVER_MISSING
    if isinstance(error, (ConfigurationError, ImproperlyConfigured)):
        return Word.CONFIGURATION
    return Word.UNEXPECTED


def _is_failed_import(error: BaseException) -> bool:
    """mssql-django's ImproperlyConfigured about a driver that cannot be imported."""
    behind = error.__cause__ or error.__context__
    return isinstance(error, ImproperlyConfigured) and isinstance(behind, ImportError)


def _word_of_opening(told: DriverError) -> Word:
    spoken = told.text.lower()
    if told.sqlstate in _NO_DRIVER_STATES or any(words in spoken for words in _NO_DRIVER_WORDS):
        return Word.DRIVER_MISSING
    if told.exception_class.endswith(_REFUSED_STRING):
        return Word.CONFIGURATION
    if told.is_from_server or told.number is None:
        return _word_of_login(told)
    return _word_of_the_way(told)


def _word_of_login(told: DriverError) -> Word:
    if told.cannot_open_database:
        return Word.CANNOT_OPEN_DATABASE
    number = told.server_number
    if number is not None and kind_of(number) in _NOT_NOW:
        return Word.NOT_AVAILABLE
    return Word.LOGIN_REJECTED if told.is_login_rejected else _word_of_the_way(told)


def _word_of_the_way(told: DriverError) -> Word:
    if any(words in told.text.lower() for words in _TLS_WORDS):
        return Word.TLS_FAILED
    if told.is_timeout:
        return Word.TIMED_OUT
    return Word.LOGIN_REJECTED if told.is_login_rejected else Word.CANNOT_CONNECT


def _word_of_statement(told: DriverError) -> Word:
    if told.is_timeout:
        return Word.TIMED_OUT
    if told.is_connection_dead:
        return Word.CONNECTION_LOST
    number = told.server_number
    if number is not None and kind_of(number) in _NOT_NOW:
        return Word.NOT_AVAILABLE
    return Word.UNEXPECTED
