"""Connections that were there and are not any more."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

_CONN_MAX_AGE: Final = (
    "Set CONN_MAX_AGE lower than the idle limit on the way (Azure's load balancer: four minutes), "
    "and CONN_HEALTH_CHECKS=True."
)
_LINK: Final = frozenset({"08S01"})

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=23,
        slug="connection-reset",
        meaning=(
            "The connection was reset from outside: the server ended the session or restarted, or "
            "a load balancer or gateway cut an idle connection."
        ),
        remedies=(
            _CONN_MAX_AGE,
            "Retry what was running, if it may run twice.",
            "Let the driver send keep-alives earlier: KeepAlive=30 in its configuration.",
        ),
        links=(
            f"{pages.PYODBC_ISSUES}/427",
            f"{pages.PHP_ISSUES}/809",
            f"{pages.MSSQL_PYTHON_ISSUES}/602",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(numbers=frozenset({104}), origin="client", sqlstates=_LINK),
            Clue(numbers=frozenset({104}), origin="client", phase=Phase.EXECUTE),
            Clue(text=r"TCP Provider: Error code 0x0*68\b", origin="client"),
        ),
    ),
    Symptom(
        number=24,
        slug="connection-closed-by-peer",
        meaning=(
            "The other side closed the connection. While connecting: it rejects the TLS "
            "handshake or the Microsoft Entra login, or it is no SQL Server. Later: an idle "
            "connection was closed on the way, or the server went down."
        ),
        remedies=(
            "While connecting: run manage.py mssql_check, which asks the port and TLS one by one.",
            f"Later: {_CONN_MAX_AGE[0].lower()}{_CONN_MAX_AGE[1:]}",
        ),
        links=(
            f"{pages.PYODBC_ISSUES}/610",
            f"{pages.PHP_ISSUES}/252",
            f"{pages.PHP_ISSUES}/1480",
            "https://github.com/lurcher/unixODBC/issues/159",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(
                numbers=frozenset({10054}),
                origin="client",
                sqlstates=frozenset({"08001", "08S01"}),
                phase=Phase.CONNECT,
            ),
            Clue(
                numbers=frozenset({10054}),
                origin="client",
                sqlstates=frozenset({"08001", "08S01"}),
            ),
            Clue(numbers=frozenset({10054}), origin="client"),
            Clue(text=r"TCP Provider: Error code 0x0*2746\b", origin="client"),
        ),
    ),
    Symptom(
        number=25,
        slug="written-on-dead-socket",
        meaning=(
            "The driver wrote to a connection that was already closed: an idle one that was cut, "
            "or a parent's connection that a forked worker uses."
        ),
        remedies=(
            "Close connections before forking: django.db.connections.close_all() in the server's "
            "pre-fork or post-fork hook.",
            _CONN_MAX_AGE,
        ),
        links=("https://github.com/sqlalchemy/sqlalchemy/issues/5148",),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(numbers=frozenset({32}), origin="client"),
            Clue(text=r"TCP Provider: Error code 0x0*20\b", origin="client"),
        ),
    ),
    Symptom(
        number=26,
        slug="system-call-interrupted",
        meaning=(
            "A system call of the driver was interrupted. It is known from unixODBC before 2.3.7 "
            "and from machines with two unixODBC libraries."
        ),
        remedies=(
            "Use unixODBC 2.3.7 or later.",
            "Remove a unixODBC that was built by hand beside the packaged one.",
        ),
        links=(f"{pages.PHP_ISSUES}/835", pages.DRIVER_MANAGER),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(numbers=frozenset({10004}), origin="client"),
            Clue(text=r"TCP Provider: Error code 0x0*2714\b", origin="client"),
        ),
    ),
    Symptom(
        number=27,
        slug="used-after-broken",
        meaning=(
            "The connection had broken before, and this is the next use of it. The first error, "
            "earlier in the log, tells why."
        ),
        remedies=(
            "Look for the first error on that connection.",
            "Close the connection and repeat the outermost transaction, if it may run twice.",
            "mssql-django closes a connection by itself after 08S01 and 08S02 only.",
        ),
        links=(
            "https://github.com/jdelic/django-dbconn-retry/issues/87",
            pages.RESILIENCY,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"Communication link failure", origin="client"),
            *(
                Clue(sqlstates=_LINK, origin="client", phase=phase)
                for phase in (Phase.EXECUTE, Phase.FETCH)
            ),
        ),
    ),
    Symptom(
        number=31,
        slug="mars-session-dead",
        meaning=(
            "A MARS session was used whose connection is gone; pooled connections with MARS end "
            "like this."
        ),
        remedies=(
            "Set MARS_Connection=no in extra_params unless the project needs MARS.",
            "Set CONN_HEALTH_CHECKS=True.",
        ),
        links=(f"{pages.BACKEND_ISSUES}/70",),
        evidence=Evidence.REPORTED,
        clues=(Clue(text=r"Physical connection is not usable", origin="client"),),
    ),
    Symptom(
        number=32,
        slug="recovery-impossible",
        meaning=(
            "An idle connection broke, and the driver could not restore it: the session had "
            "state that cannot be restored, such as an open transaction. mssql-django keeps the "
            "broken connection, because it only closes on 08S01 and 08S02."
        ),
        remedies=(
            "Close the connection, then repeat the outermost transaction if it may run twice.",
            _CONN_MAX_AGE,
        ),
        links=(pages.RESILIENCY, "https://github.com/hasura/graphql-engine/issues/9227"),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(sqlstates=frozenset(f"IMC0{digit}" for digit in range(1, 8))),
            Clue(text=r"The connection is broken and recovery is not possible", origin="client"),
        ),
    ),
    Symptom(
        number=33,
        slug="dropped-on-windows",
        meaning=(
            "The connection was dropped: by the network (121, 64), by the other side (10054), by "
            "this machine (10053), or by a server that turned the login down (233)."
        ),
        remedies=(
            "For 233, look for 18456 or 17806 in the server's error log at that time.",
            _CONN_MAX_AGE,
            "Retry what was running, if it may run twice.",
        ),
        links=(pages.NETWORK, pages.AZURE),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(numbers=frozenset({64, 121, 233, 10053}), origin="client"),
            Clue(text=r"forcibly closed by the remote host", numbers=frozenset({10054})),
            Clue(text=r"forcibly closed by the remote host", origin="client"),
            Clue(text=r"semaphore timeout period has expired", origin="client"),
            Clue(text=r"aborted by the software in your host", origin="client"),
            Clue(text=r"No process is on the other end of the pipe", origin="client"),
            Clue(text=r"network name is no longer available", origin="client"),
            Clue(text=r"TCP Provider: Error code 0x0*2745\b", origin="client"),
        ),
    ),
)
