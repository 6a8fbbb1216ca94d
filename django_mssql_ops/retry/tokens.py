"""Exactly once: a token in the transaction that does the work, and a question that waits for it.

After a lost COMMIT nobody can tell whether it was executed, and SQL Server has nothing that could
be asked (measured: a cut before it and one after it look the same). A row that was written in the
same transaction can::

    @retry_on_transient(atomic=True, verify=exactly_once)
    def place_order(customer, lines): ...

The question is a write of the same row: under READ_COMMITTED_SNAPSHOT, the default of Azure SQL
Database, a read would miss a COMMIT that is still under way, while a second INSERT of a unique
value waits for the first one's transaction to end. The table belongs to the app
``django_mssql_ops.contrib.retry_tokens``; any other with the same two columns will do.
"""

from __future__ import annotations

import datetime
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, Error, IntegrityError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from django_mssql_ops.connections import check_aliases, wrapper_of
from django_mssql_ops.exceptions import ConfigurationError

TABLE: Final = "django_mssql_ops_retry_token"
#: Characters; an idempotency key of a client's may be the token.
MAX_TOKEN: Final = 64
#: Seconds that the question waits for another transaction to end; 1222 comes after that.
LOCK_TIMEOUT: Final = 5.0
#: Seconds. Longer than this nobody waits for a COMMIT that is under way.
_LONGEST_LOCK_TIMEOUT: Final = 3600.0

#: Rows deleted by one statement: SQL Server takes the whole table from 5,000 locks on (Microsoft,
#: "Transaction locking and row versioning guide", lock escalation).
_BATCH: Final = 1_000
_NO_SUCH_OBJECT: Final = "42S02"


def _check_table(table: object) -> None:
    if not isinstance(table, str) or not all(part.strip() for part in table.split(".")):
        raise ConfigurationError("table is the name of a table, or schema.name")


def _check_lock_timeout(seconds: object) -> None:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= _LONGEST_LOCK_TIMEOUT:  # type: ignore[operator]
        raise ConfigurationError(
            f"lock_timeout is seconds, at least 0 and at most {_LONGEST_LOCK_TIMEOUT:.0f}"
        )


def _type(value: object) -> str:
    return type(value).__name__


class _NotApplied(Exception):
    """Undoes the question's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactlyOnce:
    """What ``verify`` takes: every call gets a token of its own, recorded in each attempt.

    ``using`` is where the table is; None is the one alias of the call. ``table`` may name a schema
    (``audit.tokens``). ``lock_timeout`` is in seconds.
    """

    using: str | None = None
    table: str = TABLE
    lock_timeout: float = LOCK_TIMEOUT

    def __post_init__(self) -> None:
        # What is wrong here would otherwise come out when a COMMIT is lost.
        if not isinstance(self.using, str | None):
            raise ConfigurationError(f"using is a {_type(self.using)}; it must be an alias")
        _check_table(self.table)
        _check_lock_timeout(self.lock_timeout)

    def begin(self, using: tuple[str, ...]) -> Claim:
        """The claim of one call; raises ConfigurationError where one row could not prove it."""
        if self.using is None and len(using) != 1:
            raise ConfigurationError(
                f"exactly_once proves one transaction, and the call uses {_listed(using)}: say "
                "which with ExactlyOnce(using=…), and keep the writes there"
            )
        alias = self.using or using[0]
        if using and alias not in using:
            raise ConfigurationError(
                f"exactly_once is to write to {alias!r}, and the call uses {_listed(using)}: the "
                "token has to be in the same transaction as the work"
            )
        return Claim(new_token(), alias, self)


@dataclass(frozen=True, slots=True)
class Claim:
    """One call's token."""

    token: str
    using: str
    settings: ExactlyOnce

    def record(self) -> None:
        """Write the token in the transaction that is open now."""
        record(self.token, using=self.using, table=self.settings.table)

    def applied(self) -> bool:
        """Whether the transaction with the token was committed; waits while that is open."""
        return applied(
            self.token,
            using=self.using,
            table=self.settings.table,
            lock_timeout=self.settings.lock_timeout,
        )


#: ``verify=exactly_once``.
exactly_once: Final = ExactlyOnce()


def new_token() -> str:
    """32 hexadecimal digits: the time in milliseconds, which keeps an index in order, and 80 random
    bits."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def record(token: str, *, using: str = "default", table: str = TABLE) -> None:
    """Write ``token`` in the open transaction, whose COMMIT then commits it too.

    Raises django.db.IntegrityError when it is there already: the work was done before. Raises
    ConfigurationError outside a transaction, or when there is no such table.
    """
    wrapper = _wrapper(using)
    _check(token)
    _check_table(table)
    if not wrapper.in_atomic_block and wrapper.get_autocommit():
        raise ConfigurationError(
            "a token is written in the transaction that does the work, and none is open: say "
            "atomic=True, or open transaction.atomic()"
        )
    with wrapper.cursor() as cursor:
        _insert(wrapper, cursor, token, table)


def applied(
    token: str,
    *,
    using: str = "default",
    table: str = TABLE,
    lock_timeout: float = LOCK_TIMEOUT,
) -> bool:
    """Whether a transaction that recorded ``token`` was committed.

    Waits up to ``lock_timeout`` seconds for a transaction that still holds the row; then SQL Server
    says 1222, and nobody knows. Leaves nothing behind. Raises ConfigurationError when there is no
    such table.
    """
    wrapper = _wrapper(using)
    _check(token)
    _check_table(table)
    _check_lock_timeout(lock_timeout)
    try:
        with transaction.atomic(using=using), wrapper.cursor() as cursor:
            with _lock_timeout(wrapper, cursor, lock_timeout):
                _insert(wrapper, cursor, token, table)
            raise _NotApplied
    except _NotApplied:
        return False
    except IntegrityError:
        # Neither column is NULL, and there is no other constraint: the value is there.
        return True


def purge(older_than: datetime.timedelta, *, using: str = "default", table: str = TABLE) -> int:
    """Delete tokens of that age, and say how many; nobody asks for them any more.

    Keep them for longer than the longest deadline, and than any OutcomeUnknown waits for a person.
    """
    wrapper = _wrapper(using)
    _check_table(table)
    before = _moment(wrapper, older_than)
    top = f"TOP ({_BATCH}) " if wrapper.vendor == "microsoft" else ""
    statement = f"DELETE {top}FROM {_quoted(wrapper, table)} WHERE created_at < %s"
    deleted = 0
    with wrapper.cursor() as cursor:
        while True:
            try:
                cursor.execute(statement, [before])
            except DatabaseError as error:
                raise _without_table(error, wrapper, table) from error.__cause__
            count: int = cursor.rowcount
            deleted += count
            if not top or count < _BATCH:
                return deleted


def _insert(wrapper: BaseDatabaseWrapper, cursor: CursorWrapper, token: str, table: str) -> None:
    statement = f"INSERT INTO {_quoted(wrapper, table)} (token, created_at) VALUES (%s, %s)"  # noqa: S608
    try:
        cursor.execute(statement, [token, _time(wrapper, timezone.now())])
    except DatabaseError as error:
        raise _without_table(error, wrapper, table) from error.__cause__


@contextmanager
def _lock_timeout(
    wrapper: BaseDatabaseWrapper, cursor: CursorWrapper, seconds: float
) -> Iterator[None]:
    """SET LOCK_TIMEOUT is the session's: it is put back, unless the connection is gone."""
    if wrapper.vendor != "microsoft":
        yield
        return
    cursor.execute("SELECT @@LOCK_TIMEOUT")
    [before] = cursor.fetchone()
    cursor.execute(f"SET LOCK_TIMEOUT {int(seconds * 1000)}")
    try:
        yield
    finally:
        with suppress(Error):
            cursor.execute(f"SET LOCK_TIMEOUT {int(before)}")


def _without_table(
    error: DatabaseError, wrapper: BaseDatabaseWrapper, table: str
) -> DatabaseError | ConfigurationError:
    """``error``, or the sentence that says what is missing."""
    if not _is_about_table(error, table):
        return error
    database = "" if wrapper.alias == "default" else f" --database {wrapper.alias}"
    remedy = (
        "put 'django_mssql_ops.contrib.retry_tokens' into INSTALLED_APPS and run: python manage.py "
        f"migrate django_mssql_ops_retry_tokens{database}"
    )
    if table != TABLE:
        remedy = "make it, with a unique column token and a column created_at"
    return ConfigurationError(f"alias {wrapper.alias!r} has no table {table}: {remedy}")


def _is_about_table(error: DatabaseError, table: str) -> bool:
    from django_mssql_ops.errors import classify

    told = classify(error)
    if told is not None:
        return told.sqlstate == _NO_SUCH_OBJECT
    return "no such table" in str(error) or f'"{table}" does not exist' in str(error)


def _wrapper(alias: str) -> BaseDatabaseWrapper:
    check_aliases((alias,))
    return wrapper_of(alias)


def _check(token: object) -> None:
    if not isinstance(token, str) or not 1 <= len(token) <= MAX_TOKEN:
        raise ConfigurationError(f"a token is a text of 1 to {MAX_TOKEN} characters")


def _moment(wrapper: BaseDatabaseWrapper, age: object) -> Any:
    """That long ago, as the column holds it."""
    if not isinstance(age, datetime.timedelta):
        raise ConfigurationError(f"tokens are purged by a timedelta of age, not by a {_type(age)}")
    if age <= datetime.timedelta(0):
        raise ConfigurationError(f"tokens are purged by their age, not by {age}")
    try:
        return _time(wrapper, timezone.now() - age)
    except OverflowError:
        raise ConfigurationError(f"there was no calendar {age.days} days ago") from None


def _quoted(wrapper: BaseDatabaseWrapper, table: str) -> str:
    return ".".join(wrapper.ops.quote_name(part) for part in table.split("."))


def _time(wrapper: BaseDatabaseWrapper, moment: datetime.datetime) -> Any:
    return wrapper.ops.adapt_datetimefield_value(moment)


def _listed(aliases: tuple[str, ...]) -> str:
    return ", ".join(map(repr, aliases)) or "no alias"
