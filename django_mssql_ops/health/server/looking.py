"""All facts of one alias, from its prober's cache or asked for now."""

from __future__ import annotations

import datetime as dt
import functools
import time
from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.diagnostics.facts import Fact, Unreadable
from django_mssql_ops.health.probing.prober import Prober
from django_mssql_ops.health.server.certificate import (
    EVERY,
    EVERY_AFTER_FAILURE,
    certificate_expiry,
)
from django_mssql_ops.health.server.facts import NO_ANSWER, NOT_ASKED_YET, NOT_USED, ServerFacts
from django_mssql_ops.health.server.reading import ServerReader, facts_without_answers

#: Names of the looks.
SERVER: Final = "server"
CERTIFICATE: Final = "certificate"

_readers: Final[WeakKeyDictionary[Prober, ServerReader]] = WeakKeyDictionary()


def server_facts(prober: Prober, *, limit: float, max_age: float) -> ServerFacts:
    """The facts of the prober's alias, not older than ``max_age`` seconds, in ``limit`` seconds.

    What does not come in time comes to the next one who asks, and the last that were read stand in
    for it; before the first they are what the settings tell, and the reason. The certificate is
    looked at apart and more rarely, and not at all while the views are silent.

    Raises ConfigurationError when the entry of the alias or MSSQL_OPS is wrong.
    """
    ends_at = time.monotonic() + limit
    entry = sql_server_entries((prober.alias,), further_engines=ops_settings().engines)
    settings = read_settings(prober.alias, entry[prober.alias])
    reader = _readers.setdefault(prober, ServerReader())
    question = functools.partial(reader.read, settings=settings)
    found = prober.look(SERVER, question, limit=limit, max_age=max_age)
    if isinstance(found, ServerFacts):
        left = max(0.0, ends_at - time.monotonic())
        return replace(found, certificate_expires=_certificate(prober, settings, left))
    before = prober.last(SERVER)
    if isinstance(before, ServerFacts):
        return replace(before, certificate_expires=_certificate_before(prober))
    # The reason is the prober's; a fixed one cannot carry what a driver said.
    return facts_without_answers(settings, NO_ANSWER if found.timed_out else NOT_ASKED_YET)


def _certificate(prober: Prober, settings: ConnectionSettings, limit: float) -> Fact[dt.datetime]:
    if settings.encrypt == "no":
        return NOT_USED
    known = prober.last(CERTIFICATE)
    every = EVERY_AFTER_FAILURE if isinstance(known, Unreadable) else EVERY

    def question(_own: object) -> Fact[dt.datetime]:
        return certificate_expiry(settings)

    found: Fact[dt.datetime] = prober.look(CERTIFICATE, question, limit=limit, max_age=every)
    return found


def _certificate_before(prober: Prober) -> Fact[dt.datetime]:
    known = prober.last(CERTIFICATE)
    return known if isinstance(known, dt.datetime) else NOT_ASKED_YET
