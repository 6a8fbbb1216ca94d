"""Do connections live longer than a request?"""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, PoolingFacts, Unreadable
from django_mssql_ops.diagnostics.registry import Verdicts, info, rule
from django_mssql_ops.pooling.facts import pool_size, what_django_does


@rule(451, "pool-effective", stage="pooling", needs=("pooling",))
def pool_effective(_facts: Facts, found: PoolingFacts) -> Verdicts:
    """How connections are kept: by Django, by a pool under it, or not at all.

    This is information. Django keeps a connection per thread for `CONN_MAX_AGE`. Under it
    mssql-python has a pool of its own, on from the start, and pyodbc has the ODBC driver manager's:
    on Windows from the start, with unixODBC when odbcinst.ini says `Pooling=Yes` in `[ODBC]`.
    `DATABASE_CONNECTION_POOLING = False` switches mssql-python's off, and the one on Windows. It
    does nothing to unixODBC's, and the finding says so.

    What is written is not what works, so on Linux the socket of the one login is watched: whether
    it stays open when Django closes its connection. When nothing keeps connections every request
    logs in anew, which costs several round trips. Set `CONN_MAX_AGE` with `CONN_HEALTH_CHECKS`.

    Under ASGI that does not help: each request has a thread of its own, so its connection is kept
    for nobody and stays open until Python's garbage collector finds it. There `CONN_MAX_AGE`
    belongs at 0, and a pool under Django is what saves the login. Where the settings name an
    `ASGI_APPLICATION` the hint says so.

    Source: pyodbc's wiki, "Connection pooling"; mssql-python 1.16, `PoolingManager`; mssql-django
    2.0, `base.py`; measured on Linux with unixODBC 2.3.11, msodbcsql 18.6.2 and both drivers;
    for ASGI measured with Django 5.2 and both drivers; Django, "Databases", persistent connections.
    """
    yield info(f"{_pool(found)}; {what_django_does(found.conn_max_age)}", hint=_hint(found))


def _pool(found: PoolingFacts) -> str:
    kept = found.kept
    if isinstance(kept, Unreadable):
        return f"whether a pool under Django keeps connections was not seen ({found.where})"
    if not kept and found.configured is True:
        return f"a pool under Django is switched on ({found.where}) but did not keep the connection"
    if not kept:
        return f"no pool under Django keeps connections ({found.where})"
    if found.configured is False:
        return f"the login's socket stayed open, although no pool gives it away ({found.where})"
    size = pool_size(found.max_size, found.idle_seconds)
    return f"a pool under Django keeps connections ({found.where}{size})"


def _hint(found: PoolingFacts) -> str:
    closes = found.conn_max_age is not None and found.conn_max_age <= 0
    if found.ignored:
        return (
            f"{found.ignored} does not switch this pool off: take Pooling out of [ODBC] in "
            "odbcinst.ini."
        )
    if found.means_asgi:
        return _hint_for_asgi(found, closes=closes)
    if found.kept is False and closes:
        return (
            "Every request logs in anew. Set CONN_MAX_AGE (seconds) and CONN_HEALTH_CHECKS = True."
        )
    if not closes and not found.conn_health_checks:
        return "Set CONN_HEALTH_CHECKS = True, so that a kept connection that broke is replaced."
    return ""


def _hint_for_asgi(found: PoolingFacts, *, closes: bool) -> str:
    if not closes:
        return (
            "Where ASGI serves the project set CONN_MAX_AGE = 0: each request has a thread of its "
            "own, so its connection is kept for nobody."
        )
    if found.kept is False:
        return (
            "Every request logs in anew. Where ASGI serves the project only a pool under Django "
            "helps: mssql-python has one."
        )
    return ""
