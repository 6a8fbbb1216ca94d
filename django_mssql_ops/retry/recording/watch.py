"""What is known of one wrapper, and the events on it."""

from __future__ import annotations

import itertools
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.retry.effects import MAX_TEXTS, Effects, current_level, levels, now

_numbers: Final = itertools.count(1)


class Watch:
    """Turns events of one wrapper into entries of the levels that are open.

    ``began_at`` and ``connected_at`` are times of :func:`.effects.now`: when the outermost block of
    the project's own was entered, and when the connection was opened; 0 is before anything.
    """

    __slots__ = (
        "alias",
        "began_at",
        "connected_at",
        "is_sql_server",
        "kept",
        "number",
        "wrapper",
    )

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self.wrapper: Any = wrapper
        self.alias = wrapper.alias
        self.is_sql_server = wrapper.vendor == "microsoft"
        self.number = next(_numbers)
        self.began_at = 0
        self.connected_at = 0
        #: A TestCase's connection that was not closed: see :mod:`.hooks`.
        self.kept: Any = None

    @property
    def is_inside(self) -> bool:
        """In a transaction of the project's own; a TestCase's blocks, the outermost, do not count.

        Blocks are empty while the outermost is being entered.
        """
        wrapper = self.wrapper
        blocks = wrapper.atomic_blocks
        if blocks:
            return not blocks[-1]._from_testcase
        # A wrapper that has never been connected has autocommit off, and no transaction.
        return bool(wrapper.in_atomic_block) or (
            wrapper.connection is not None and not wrapper.autocommit
        )

    @property
    def is_between_test_blocks(self) -> bool:
        """In a TestCase's blocks, and in none of the project's own."""
        blocks = self.wrapper.atomic_blocks
        return bool(blocks) and blocks[-1]._from_testcase

    @property
    def is_in_test_case(self) -> bool:
        blocks = self.wrapper.atomic_blocks
        return bool(blocks) and blocks[0]._from_testcase

    def statement_done(self, level: Effects | None, sql: Any) -> None:
        """``level`` is the innermost, which the caller has looked up to know whether to call."""
        # is_inside, without the call: this is what every statement pays for.
        wrapper = self.wrapper
        blocks = wrapper.atomic_blocks
        if blocks:
            inside = not blocks[-1]._from_testcase
        else:
            inside = wrapper.in_atomic_block or not wrapper.autocommit
        while level is not None:
            if level.is_open:
                noted = level.by_alias.get(self.alias)
                if noted is None or noted.watch is not self:
                    noted = level.of(self, inside=inside)
                noted.statements += 1
                if noted.in_outer_block:
                    kept = noted.writes_in_outer
                elif inside:
                    kept = noted.writes_open
                else:
                    kept = noted.writes_outside
                if len(kept) < MAX_TEXTS:
                    kept.append(sql)
                else:
                    noted.keep(kept, sql)
            level = level._outer

    def statement_failed(self, sql: Any, error: BaseException, *, rows: int = 1) -> None:
        """Before it was completed, ``rows`` being how often it was to be sent."""
        text = _text(sql, rows)
        inside = self.is_inside
        for level in levels():
            noted = level.of(self, inside=inside)
            if noted.in_outer_block:
                noted.keep(noted.writes_in_outer, text)
            elif not inside:
                noted.fail(text, error)
            elif not _is_one_write(text, sql_server=self.is_sql_server):
                noted.keep(noted.writes_open, text)

    def done_elsewhere(self, text: str) -> None:
        """On a connection of its own, so that no transaction of this one holds it."""
        for level in levels():
            noted = level.of(self, inside=self.is_inside)
            noted.keep(noted.writes_outside, text)

    def fetch_failed(self, sql: Any, error: BaseException) -> None:
        """A statement whose execution was noted as done failed after all."""
        inside = self.is_inside
        for level in levels():
            noted = level.of(self, inside=inside)
            outside = noted.writes_outside
            if not inside and outside and outside[-1] is sql:
                outside.pop()
                noted.fail(_text(sql, 1), error)

    def began(self) -> None:
        """The outermost block of the project's own is being entered."""
        self.began_at = now()
        for level in levels():
            # One before it that ended without a word: what it did may have survived.
            level.of(self, inside=self.is_inside).commit()

    def connected(self) -> None:
        """A new DB-API connection is in use."""
        # Where autocommit is off there is a transaction from the first statement on.
        self.connected_at = self.began_at = now()
        self.used()

    def used(self) -> None:
        """Something is about to be done that may fail before there is a statement."""
        if current_level() is not None:
            inside = self.is_inside
            for level in levels():
                level.of(self, inside=inside)

    def committed(self) -> None:
        for level in levels():
            level.of(self, inside=self.is_inside).commit()

    def commit_failed(self, error: BaseException) -> None:
        """Nothing hangs on the COMMIT of a transaction that has only read."""
        for level in levels():
            noted = level.of(self, inside=self.is_inside)
            if noted.has_open_writes():
                noted.commit_failures.append(error)
                # Its fate is in that list now: a pyodbc.Error at COMMIT is no DatabaseError, so
                # Django does not roll back, and the next switch to autocommit commits nothing.
                noted.writes_open.clear()

    def rolled_back(self) -> None:
        for level in levels():
            level.of(self, inside=self.is_inside).roll_back()

    def callbacks_called(self, count: int) -> None:
        for level in levels():
            level.of(self, inside=self.is_inside).callbacks += count


def _text(sql: Any, rows: int) -> str:
    text = sql if isinstance(sql, str) else ""
    return text if rows == 1 else f"{text};\n{text}"


def _is_one_write(text: str, *, sql_server: bool) -> bool:
    """It is undone as a whole when it fails, so that nothing of it is left to be committed."""
    from django_mssql_ops.retry.statements import Kind, kind_of

    return kind_of(text, sql_server=sql_server) in (Kind.READ, Kind.WRITE)
