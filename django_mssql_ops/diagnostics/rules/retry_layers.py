"""What all layers that try again may cost together, and what ends a try."""

from __future__ import annotations

import math
from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Facts, RetryMiddleware, RetryPolicyFacts, RetryUse
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

#: Seconds: what the driver takes for connection_timeout 0 (measured, msodbcsql 18.6.2.1).
_DRIVER_DEFAULT: Final = 15
#: Times its query time-out until the driver gives up a silent server (measured, the same).
_PATIENCE: Final = 3
#: Seconds that a throttled server asks for, and RetryPolicy's unit of the doubling on top of it.
_FLOOR: Final = 10.0
_FIRST_DELAY: Final = 5.0
#: The driver's defaults of ConnectRetryCount and ConnectRetryInterval.
_RECONNECTS: Final = 1
_RECONNECT_INTERVAL: Final = 10
_SHOWN: Final = 3


@rule(
    183,
    "retry-layers-product",
    stage="settings",
    needs=("project.retry", "project.retry_middleware"),
)
def retry_layers_product(
    facts: Facts, use: RetryUse, others: tuple[RetryMiddleware, ...]
) -> Verdicts:
    """All layers that try again may together ask a struggling server too often, or for too long.

    Four layers can try again: the driver (`ConnectRetryCount`, for connections that broke while
    they were idle), mssql-django (`connection_retries`, for logins), a decorator around a function
    and a middleware around the request. Layers that do not know each other multiply: three retries
    each in decorator and middleware are 16 runs of a view, and with mssql-django's own five retries
    96 logins, while the server tries to come back.

    The decorator and the middleware of this app add up instead: an error whose tries are used up
    is not tried again further out, and while they are at work mssql-django makes one login and no
    more. The rule says so when their sum is above `MSSQL_OPS["RETRY_WORST_CASE"]`, by default 24
    logins or 180 seconds for one request, and when another middleware that retries stands beside
    ours, because those two multiply. Counted are time limits of logins and of one query a try, the
    longest delays and the driver's reconnects; a deadline ends them all.

    Lower `MAX_RETRIES` or `max_retries`, set a deadline, or leave one layer out.

    Source: counted with mssql-django 2.0, whose get_new_connection logs in six times by default;
    that ConnectRetryCount repeats no failed login, and that a silent server is given up after three
    times the query time-out, was measured with msodbcsql 18.6.2.1.
    """
    if use.middleware:
        for other in others:
            if other.sees_view_errors and other.path not in use.middleware:
                yield warning(
                    f"MIDDLEWARE: {other.path} and {use.middleware[0]} both try requests again: "
                    "their tries multiply",
                    hint="Take one of the two out of MIDDLEWARE.",
                    about=other.path,
                )
    if not use.is_used:
        return
    tries = _tries(use)
    seconds = _seconds(facts.settings, use, tries)
    if tries > use.most_logins or seconds > use.most_seconds:
        yield warning(
            f"{facts.setting()}: one request may make {tries} logins and take {_shown(seconds)}: "
            f"{_layers(use)}; MSSQL_OPS['RETRY_WORST_CASE'] allows {use.most_logins} logins and "
            f"{_shown(use.most_seconds)}",
            hint="Set a deadline, lower max_retries, or raise RETRY_WORST_CASE if a request may "
            "take so long.",
        )


@rule(502, "retry-unbounded", stage="settings", needs=("project.retry",))
def retry_unbounded(facts: Facts, use: RetryUse) -> Verdicts:
    """Nothing ends a try on a server that has stopped answering.

    A server, a firewall or a load balancer that keeps the connection and says nothing more leaves
    the driver waiting for ever: `query_timeout` is 0 unless it is set, and then a query has no
    limit. No second try is made, because the first one never ends, and the worker is lost.

    Give the retry a deadline: the driver's time-outs are then set to fit into it, for as long as a
    try lasts. Or, with pyodbc, set `query_timeout`, at three times which the driver gives up:

        "OPTIONS": {"query_timeout": 10}

    mssql-python does not keep its query time-out while the server says nothing: there only a
    deadline helps, which sets the connection's time-out as well (SQL_ATTR_CONNECTION_TIMEOUT, 113).

    Source: measured with msodbcsql 18.6.2.1: a silent peer blocked for more than 100 seconds with
    `query_timeout` 0, and 30 seconds with 10 through pyodbc; through mssql-python 1.16 it still
    blocked after 110 seconds with a `query_timeout`, and attribute 113 ended it.
    """
    if "OPTIONS.query_timeout" in facts.settings.wrong_types:
        return
    ignored = facts.settings.python_driver == "mssql_python"
    if facts.settings.query_timeout > 0 and not ignored:
        return
    unbounded = [policy.name for policy in use.policies if policy.deadline is None]
    if use.middleware and use.deadline is None:
        unbounded.insert(0, "DatabaseRetryMiddleware")
    if not unbounded:
        return
    what = f"{facts.setting('OPTIONS')}['query_timeout'] is not set"
    remedy = ", or 'query_timeout' to the seconds that a query may take"
    if ignored:
        what, remedy = "mssql-python waits for a silent server whatever its time-out is", ""
    yield warning(
        f"{what} and {_named(unbounded)} without a deadline: a server that stops answering holds "
        "a worker for ever",
        hint=f"Set a deadline for the retries{remedy}.",
    )


def _tries(use: RetryUse) -> int:
    """Runs of the work in one request: the layers add."""
    inner = max((policy.max_retries for policy in use.policies), default=0)
    return 1 + inner + (use.max_retries if use.middleware else 0)


def _seconds(settings: ConnectionSettings, use: RetryUse, tries: int) -> float:
    login = settings.connection_timeout or _DRIVER_DEFAULT
    query = _PATIENCE * max(0, settings.query_timeout)
    waiting = tries * (login + query) + _reconnecting(settings) + _longest_delays(use)
    # A deadline further out bounds what is inside as well.
    limit = use.deadline if use.middleware else None
    return min(waiting, math.inf if limit is None else limit)


def _longest_delays(use: RetryUse) -> float:
    policies = [(p.max_retries, p.base_delay, p.max_delay) for p in use.policies]
    longest = max((_delays(*policy) for policy in policies), default=0.0)
    own = _delays(use.max_retries, use.base_delay, use.max_delay) if use.middleware else 0.0
    return longest + own


def _delays(retries: int, base_delay: float, max_delay: float) -> float:
    """The sum of the longest delays, which are those of throttling."""
    first = _FIRST_DELAY * base_delay
    longest = (_FLOOR + first * 2.0 ** min(retry, 30) for retry in range(retries))
    return sum(max(_FLOOR, min(max_delay, delay)) for delay in longest)


def _reconnecting(settings: ConnectionSettings) -> float:
    """Seconds in which the driver restores a connection that was kept and broke meanwhile."""
    if settings.conn_max_age == 0:
        return 0.0
    count = _whole(settings.keyword("connectretrycount"), _RECONNECTS)
    return count * _whole(settings.keyword("connectretryinterval"), _RECONNECT_INTERVAL)


def _whole(text: str | None, default: int) -> int:
    """Rules 119 and 120 judge what is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 3 else default


def _layers(use: RetryUse) -> str:
    parts = []
    if use.middleware:
        parts.append(f"{use.max_retries} retries of the middleware")
    if use.policies:
        most = max(use.policies, key=_retries_of)
        parts.append(f"{most.max_retries} of {most.name}")
    return " and ".join(parts)


def _retries_of(policy: RetryPolicyFacts) -> int:
    return policy.max_retries


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{shown}{more} {'retries' if len(names) == 1 else 'retry'}"


def _shown(seconds: float) -> str:
    return f"{seconds:g} seconds"
