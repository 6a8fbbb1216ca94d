"""One look at the server on the own connection: usually one round trip."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.diagnostics.probes.asking import Row
from django_mssql_ops.health.server.asking import OpenConnection, ask, ask_sections
from django_mssql_ops.health.server.facts import ServerFacts
from django_mssql_ops.health.server.questions import (
    NO_RIGHTS,
    OF_ONE_DATABASE,
    RIGHTS,
    Rights,
    Section,
    sections,
)
from django_mssql_ops.health.server.rows import facts_of

#: Seconds after which the rights are asked again: somebody may have granted one.
REMEMBERED: Final = 600.0


@dataclass(slots=True, kw_only=True)
class _Known:
    """What one connection may ask, and what the server refused it all the same."""

    opened_at: float
    asked_at: float
    rights: Rights
    refused: dict[Section, Unreadable] = field(default_factory=dict)


class ServerReader:
    """Reads one alias's facts; remembers for a while what its login may not read.

    Not for two threads at once: it belongs to the prober's worker.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: _Known | None = None

    def read(self, own: OpenConnection, settings: ConnectionSettings) -> ServerFacts:
        """One round trip, and one more for the rights every ten minutes and after a login.

        When the server refuses a part each part is asked by itself, and the refused one no more.
        Raises what the driver raises when the server gave no answer.
        """
        known = self._of(own)
        queries = sections(known.rights)
        wanted = {each: query for each, query in queries.items() if each not in known.refused}
        answers = ask_sections(own, wanted)
        known.refused |= {
            each: answer for each, answer in answers.items() if isinstance(answer, Unreadable)
        }
        return facts_of({**answers, **known.refused}, known.rights, settings, own)

    def _of(self, own: OpenConnection) -> _Known:
        now = self._clock()
        known = self._known
        if known is None or known.opened_at != own.opened_at or now > known.asked_at + REMEMBERED:
            row = ask(own, RIGHTS)
            # A login whose rights cannot be read is asked for what needs none.
            rights = NO_RIGHTS if isinstance(row, Unreadable) else _rights(row)
            known = self._known = _Known(opened_at=own.opened_at, asked_at=now, rights=rights)
        return known


def facts_without_answers(settings: ConnectionSettings, reason: Unreadable) -> ServerFacts:
    """What the settings alone tell."""
    return facts_of(dict.fromkeys(Section, reason), NO_RIGHTS, settings, None)


def _rights(row: Row) -> Rights:
    def has(*names: str) -> bool:
        return any(row.get(name) == 1 for name in names)

    edition = row.get("engine_edition")
    edition = edition if isinstance(edition, int) else 0
    of_database = edition in OF_ONE_DATABASE
    return Rights(
        engine_edition=edition,
        sees_sessions=has("server_state", "server_performance")
        or (of_database and has("database_state", "database_performance")),
        sees_connections=has("server_state", "server_security")
        or (of_database and has("database_state", "database_security")),
    )
