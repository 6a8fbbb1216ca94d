"""A DB-API connection that meets the injections: it strikes, and is afterwards as after the fault.

What it does not know it hands on. A lost connection stays lost, as a real one does, until somebody
connects again. Where nobody could (SQLite has no server, and a TestCase would lose its data), it is
lost until the outermost block of the program's own is over, and what was done in that block is
rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.testing import active
from django_mssql_ops.testing.active import Injection
from django_mssql_ops.testing.blocks import in_testcase, own_block, own_savepoint
from django_mssql_ops.testing.driver_exceptions import Driver, lost_at_commit, raise_as
from django_mssql_ops.testing.records import Record
from django_mssql_ops.testing.steps import Step

#: Attributes whose value is the driver's autocommit mode: pyodbc's and mssql-python's, SQLite's.
_MODES: Final = frozenset({"autocommit", "isolation_level"})


class _Loss:
    """A connection that is no longer there; ``block`` is the one that has to be over, or None."""

    def __init__(self, injection: Injection, *, block: object, told_commit: bool) -> None:
        self.driver: Driver = injection.driver
        self.odbc_driver = injection.odbc_driver
        self.block = block
        #: COMMIT fails once, and is a matter of the driver alone from then on (measured).
        self.told_commit = told_commit
        self._records = list(injection.fault.afterwards)

    def record(self) -> Record:
        return self._records.pop(0) if len(self._records) > 1 else self._records[0]


class FaultLink:
    """What stands between a wrapper and the driver's connection while faults are injected."""

    def __init__(self, connection: Any, wrapper: BaseDatabaseWrapper) -> None:
        _set(self, "_connection", connection)
        _set(self, "_wrapper", wrapper)
        _set(self, "_loss", None)
        #: The injection whose COMMIT only looks like one, in a TestCase.
        _set(self, "_pretended", None)
        #: The savepoint that a pretended COMMIT has ended, and whether it was kept.
        _set(self, "settled", (None, False))

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._connection)

    @property
    def connection(self) -> Any:
        """The driver's own."""
        return self._connection

    @property
    def is_held(self) -> bool:
        """Nobody would connect again: SQLite, or a TestCase's connection."""
        wrapper = self._wrapper
        return wrapper.vendor != "microsoft" or in_testcase(wrapper)

    @property
    def is_lost(self) -> bool:
        loss = self._loss
        if loss is None:
            return False
        if loss.block is not None and loss.block not in self._wrapper.atomic_blocks:
            _set(self, "_loss", None)
            return False
        return True

    def recover(self) -> None:
        """The injections are over: a connection that was only said to be lost is there again."""
        if self._loss is not None and self._loss.block is not None:
            _set(self, "_loss", None)

    # What a program does

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        from django_mssql_ops.testing.cursors import FaultCursor

        return FaultCursor(self._connection.cursor(*args, **kwargs), self)

    def execute(self, sql: Any, *args: Any, **kwargs: Any) -> Any:
        cursor = self.cursor()
        cursor.execute(sql, *args, **kwargs)
        return cursor

    def commit(self) -> Any:
        if self._pretended is not None:
            injection = self._pretended
            _set(self, "_pretended", None)
            self._raise(injection, injection.fault.record, Step.COMMIT)
        if self.is_lost:
            return self._commit_lost()
        return self.meet(Step.COMMIT, self._connection.commit)

    def rollback(self) -> Any:
        if self.is_lost:
            self._loss.told_commit = True
            return None
        return self.meet(Step.ROLLBACK, self._connection.rollback)

    def setautocommit(self, value: Any = False) -> None:
        self.autocommit = value

    def meet(
        self, step: Step, call: Callable[[], Any], *, sql: str = "", turns_on: bool = False
    ) -> Any:
        """Do ``call``, or what an injection wants at this moment."""
        injection = active.due(self._wrapper.alias, step, sql)
        if injection is None:
            return call()
        if injection.after:
            call()
        if step is not Step.CONNECT:
            self._suffer(injection, step)
        fault = injection.fault
        record = fault.fetch if step is Step.FETCH and fault.fetch else fault.record
        self._raise(injection, record, step, turns_on=turns_on)

    def refuse_when_lost(self, step: Step, *, function: str = "", turns_on: bool = False) -> None:
        """Raise what every use of a lost connection raises."""
        if self.is_lost:
            loss = self._loss
            record = loss.record()
            if function:
                record = record._replace(function=function)
            raise_as(loss.driver, record, step, odbc_driver=loss.odbc_driver, turns_on=False)

    def pretend_commit(self, injection: Injection) -> None:
        """Let the next COMMIT fail as ``injection`` says, and do nothing."""
        _set(self, "_pretended", injection)

    def settle(self, savepoint: str, *, kept: bool) -> None:
        _set(self, "settled", (savepoint, kept))

    # What becomes of the connection

    def _suffer(self, injection: Injection, step: Step) -> None:
        fault = injection.fault
        block = own_block(self._wrapper) if self.is_held else None
        in_transaction = not self._is_autocommit()
        is_committed = injection.after and step is Step.COMMIT
        if (fault.loses_connection or fault.rolls_back) and not is_committed:
            self._roll_back()
        if fault.loses_connection and (block is not None or not self.is_held):
            told = step in (Step.COMMIT, Step.ROLLBACK) or not in_transaction
            _set(self, "_loss", _Loss(injection, block=block, told_commit=told))

    def roll_back_to(self, savepoint: str) -> None:
        cursor = self._connection.cursor()
        cursor.execute(self._wrapper.ops.savepoint_rollback_sql(savepoint))
        cursor.close()

    def _roll_back(self) -> None:
        """What the server does: to the program's own outermost block where a TestCase is around."""
        wrapper = self._wrapper
        with suppress(Exception):
            if in_testcase(wrapper):
                savepoint = own_savepoint(wrapper)
                if savepoint:
                    self.roll_back_to(savepoint)
            else:
                self._connection.rollback()

    def _commit_lost(self) -> None:
        loss = self._loss
        if loss.told_commit:
            return
        loss.told_commit = True
        record = lost_at_commit(loss.record())
        raise_as(loss.driver, record, Step.COMMIT, odbc_driver=loss.odbc_driver)

    def _raise(
        self, injection: Injection, record: Record, step: Step, *, turns_on: bool = False
    ) -> NoReturn:
        if injection.driver == "mssql_python" and injection.fault.mssql_python is not None:
            record = injection.fault.mssql_python
        raise_as(
            injection.driver, record, step, odbc_driver=injection.odbc_driver, turns_on=turns_on
        )

    # Everything else is the driver's

    def _is_autocommit(self) -> bool:
        if self._wrapper.vendor == "microsoft":
            return bool(self._connection.autocommit)
        return not getattr(self._connection, "in_transaction", False)

    def _set_mode(self, name: str, value: Any) -> None:
        turns_on = value is None if name == "isolation_level" else bool(value)
        changes = getattr(self._connection, name) != value
        if changes:
            self.refuse_when_lost(Step.AUTOCOMMIT, turns_on=turns_on)
        if self.is_lost:
            return
        self.meet(
            Step.AUTOCOMMIT, lambda: setattr(self._connection, name, value), turns_on=turns_on
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _MODES:
            self._set_mode(name, value)
        else:
            setattr(self._connection, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._connection, name)

    def __enter__(self) -> Any:
        self._connection.__enter__()
        return self

    def __exit__(self, *details: Any) -> Any:
        if details[0] is None and not self._is_autocommit():
            self.commit()
        return self._connection.__exit__(*details)

    def __repr__(self) -> str:
        return f"<with faults {self._connection!r}>"


def _set(link: FaultLink, name: str, value: Any) -> None:
    """The link's own attribute: __setattr__ is the driver's."""
    object.__setattr__(link, name, value)
