"""What an attempt did, on every alias of any vendor: the facts a replay is judged by.

A level is one attempt of one retried call. Levels nest, as retried functions call each other, and
every event is noted in all of them: what survived an inner attempt happened in the outer one too.

Noting is what every statement pays for, so it appends a text and no more. Texts are read (and reads
dropped) by :attr:`Effects.aliases`, which only a failed attempt asks for.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django_mssql_ops.retry.recording.watch import Watch

#: Texts kept in one list before they are folded.
MAX_TEXTS: Final = 256


class AliasEffects:
    """What one attempt did on one alias.

    ``in_outer_block``: a transaction was open when the attempt began (a TestCase's own does not
    count), so what is written belongs to somebody further out. ``was_open``: the connection is
    older than the attempt. ``statements`` counts what was completed, reads included.

    Texts are SQL as it was sent, kept only until the attempt is judged: ``writes_outside``
    completed outside a transaction, ``writes_open`` in the attempt's own transaction that has not
    ended (and is empty again after a commit or a rollback), ``writes_committed`` in those it
    committed, ``writes_in_outer`` in the outer block. Reads are not kept (see
    :mod:`.statements`); what is not a string stands as "". A statement that failed in the own
    transaction stands in ``writes_open`` when a part of it may have been executed.

    ``failures_outside``: text and exception of statements that failed outside a transaction; a
    text that was to be sent for several rows stands twice in one, because it is several statements.
    ``commit_failures``: what a COMMIT raised that had something to commit; the COMMIT of a
    transaction that only read is not among them. ``callbacks``: on_commit functions that were
    called.
    """

    # No dataclass: importing that module and making one takes longer than the rest of this package.

    def __init__(
        self,
        *,
        alias: str,
        is_sql_server: bool,
        in_outer_block: bool = False,
        was_open: bool = False,
        statements: int = 0,
        callbacks: int = 0,
        writes_outside: Iterable[str] = (),
        writes_open: Iterable[str] = (),
        writes_committed: Iterable[str] = (),
        writes_in_outer: Iterable[str] = (),
        failures_outside: Iterable[tuple[str, BaseException]] = (),
        commit_failures: Iterable[BaseException] = (),
        watch: Watch | None = None,
    ) -> None:
        self.alias = alias
        self.is_sql_server = is_sql_server
        self.in_outer_block = in_outer_block
        self.was_open = was_open
        self.statements = statements
        self.callbacks = callbacks
        self.writes_outside = list(writes_outside)
        self.writes_open = list(writes_open)
        self.writes_committed = list(writes_committed)
        self.writes_in_outer = list(writes_in_outer)
        self.failures_outside = list(failures_outside)
        self.commit_failures = list(commit_failures)
        self.watch = watch

    def keep(self, texts: list[str], text: str) -> None:
        """Add to one of the lists above, which stays bounded."""
        texts.append(text)
        if len(texts) > MAX_TEXTS:
            self._fold(texts)

    def fail(self, text: str, error: BaseException) -> None:
        """A statement failed outside a transaction; too many to keep count as completed."""
        if len(self.failures_outside) < MAX_TEXTS:
            self.failures_outside.append((text, error))
        else:
            self.keep(self.writes_outside, text)

    def commit(self) -> None:
        """The own transaction is committed, and with it what it wrote."""
        if self.writes_open:
            self.writes_committed += self.writes_open
            self.writes_open.clear()
            if len(self.writes_committed) > MAX_TEXTS:
                self._fold(self.writes_committed)

    def roll_back(self) -> None:
        """The own transaction is undone, and what it wrote unless that cannot be undone."""
        if self.writes_open:
            for text in self._writes(self.writes_open):
                if self._outlives_rollback(text):
                    self.keep(self.writes_outside, text)
            self.writes_open.clear()

    def _outlives_rollback(self, text: str) -> bool:
        from django_mssql_ops.retry.statements import outlives_rollback

        return outlives_rollback(text, sql_server=self.is_sql_server)

    def settle(self) -> None:
        """Drop the reads, and decide about a block that ended without a word."""
        watch = self.watch
        if watch is not None and watch.is_between_test_blocks:
            # A block without a savepoint inside a TestCase: it can neither commit nor roll back.
            self.commit()
        for texts in self._lists():
            texts[:] = self._writes(texts)
        survivors = [text for text in self.writes_open if self._outlives_rollback(text)]
        self.writes_outside += survivors
        self.writes_open[:] = [text for text in self.writes_open if text not in survivors]
        self.failures_outside[:] = [
            (text, error) for text, error in self.failures_outside if not self._is_read(text)
        ]

    def has_open_writes(self) -> bool:
        """The own transaction that has not ended has written."""
        return bool(self._writes(self.writes_open))

    def _lists(self) -> tuple[list[str], ...]:
        return (self.writes_outside, self.writes_open, self.writes_committed, self.writes_in_outer)

    def _writes(self, texts: list[str]) -> list[str]:
        found = [_text(text) for text in texts]
        reads = {text for text in set(found) if self._is_read(text)}
        return [text for text in found if text not in reads]

    def _fold(self, texts: list[str]) -> None:
        """Keep one text for each way to begin: all that is asked is whether they outlive it."""
        from django_mssql_ops.retry.statements import opening

        kept = {
            (opening(text), self._outlives_rollback(text)): text
            for text in dict.fromkeys(self._writes(texts))
        }
        texts[:] = kept.values()

    def _is_read(self, text: str) -> bool:
        from django_mssql_ops.conf import ops_settings
        from django_mssql_ops.retry.statements import is_read

        allowed = ops_settings().read_only_functions
        return is_read(text, allowed, sql_server=self.is_sql_server)


def _text(sql: object) -> str:
    return sql if isinstance(sql, str) else ""


class Effects:
    """One level: the aliases that an attempt used, and what it did there.

    An alias is among them once the attempt connected it, opened a transaction on it or had a
    statement executed, successfully or not. A second wrapper of one alias (another thread's, a
    copy) has an entry of its own, so that nobody ends another's transaction.
    """

    __slots__ = ("_outer", "by_alias", "is_open", "opened_at")

    #: Until when it may last, where it is a :class:`.deadline.Level` that has a deadline.
    until: float | None = None

    def __init__(self) -> None:
        self.by_alias: dict[str, AliasEffects] = {}
        self.is_open = False
        #: When, by :func:`now`: what is older was there before the attempt.
        self.opened_at = 0
        self._outer: Effects | None = None

    @property
    def aliases(self) -> tuple[AliasEffects, ...]:
        """What was done, without the reads."""
        found = tuple(self.by_alias.values())
        for effects in found:
            effects.settle()
        return found

    def open(self) -> None:
        """Begin the level: from now on events are noted here, and in the levels around it."""
        arrive()
        outer = _current.get()
        while outer is not None and not outer.is_open:
            outer = outer._outer
        self._outer = outer
        self.is_open = True
        self.opened_at = now()
        _current.set(self)

    def close(self) -> None:
        """End the level; calling it twice does nothing.

        It may be closed in another context than the one it was opened in: a coroutine's failed
        attempt is judged in the thread that holds the connections.
        """
        self.is_open = False
        if _current.get() is self:
            _current.set(self._outer)

    def lower(self, connection: Any) -> None:
        """Bound what a driver's own connection waits for; only a deadline does."""

    def of(self, watch: Watch, *, inside: bool) -> AliasEffects:
        """The entry for a wrapper, new if this is the first that is heard of it here."""
        key = watch.alias
        found = self.by_alias.get(key)
        if found is not None and found.watch is not watch:
            key = f"{key} #{watch.number}"
            found = self.by_alias.get(key)
        if found is None:
            found = AliasEffects(
                alias=watch.alias,
                is_sql_server=watch.is_sql_server,
                in_outer_block=inside and watch.began_at < self.opened_at,
                was_open=watch.connected_at < self.opened_at,
                watch=watch,
            )
            # Another thread of the attempt may have come first: its entry must not be lost.
            if self.by_alias.setdefault(key, found) is not found:
                return self.of(watch, inside=inside)
        return found


_current: ContextVar[Effects | None] = ContextVar("django_mssql_ops.retry.effects", default=None)


class _Presence(threading.local):
    #: The connections that this thread had when it first came here are recorded.
    arrived = False


_presence = _Presence()

#: The order of events: a number that grows, without a clock's ties and steps.
now: Final[Callable[[], int]] = itertools.count(1).__next__


#: The innermost level, open or not, quickly: whoever asks skips those that are closed.
current_level: Final = _current.get

#: For :class:`.deadline.Level` alone.
set_level: Final = _current.set


def current() -> Effects | None:
    """The innermost level that is open here, or None."""
    return next(levels(), None)


def levels() -> Iterator[Effects]:
    """Every open level, the innermost first."""
    level = _current.get()
    while level is not None:
        if level.is_open:
            yield level
        level = level._outer


def arrive() -> None:
    """What this thread has open already is recorded from now on."""
    if _presence.arrived:
        return
    from django_mssql_ops.connections import open_wrappers
    from django_mssql_ops.retry.arrivals import record_new_connections
    from django_mssql_ops.retry.recording import install

    record_new_connections()
    for wrapper in open_wrappers():
        install(wrapper)
    _presence.arrived = True
