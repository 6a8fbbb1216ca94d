"""What ``MSSQL_OPS`` becomes: frozen values, their defaults, and the largest that make sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

#: Seconds. One probe is one question to a machine that answers in milliseconds when it is well.
DEFAULT_TIMEOUT: Final = 5.0
#: Seconds. Nobody waits longer for one answer; a larger number is a slip of milliseconds.
MAX_TIMEOUT: Final = 600.0
#: Seconds. Who waits for a page gives up before; a proxy in front usually does after 60.
DEFAULT_CONNECT_BUDGET: Final = 60.0
#: Seconds. A job at night may have an hour for a database that is being restored.
MAX_CONNECT_BUDGET: Final = 3600.0
#: Seconds. A login over TLS costs a few round trips; this is far beyond any healthy network.
DEFAULT_SLOW_LOGIN: Final = 1.0
#: Seconds. Nobody calls a login quick that takes longer.
MAX_SLOW_LOGIN: Final = 60.0
#: Seconds. No delay, deadline or worker's limit is longer than an hour.
MAX_WAIT: Final = 3600.0
#: More tries than this of one call are a slip.
MAX_RETRIES: Final = 100
#: Tokens of a budget.
MAX_TOKENS: Final = 1_000_000
#: Bytes. Django's own DATA_UPLOAD_MAX_MEMORY_SIZE by default, and a gigabyte at most.
DEFAULT_MAX_BODY: Final = 2_621_440
MAX_BODY: Final = 1 << 30

#: Seconds. Kubernetes waits one second for a probe unless told otherwise; the rest is the way.
DEFAULT_HEALTH_TIMEOUT: Final = 0.8
#: Characters. A shorter token can be guessed.
SHORTEST_TOKEN: Final = 16
FailOn = Literal["unavailable", "warning"]
FAIL_ON: Final = ("unavailable", "warning")
#: Seconds. A decade is long enough for any threshold.
MAX_THRESHOLD: Final = 10 * 365 * 86_400.0
#: The words of the warnings of health: about the server, and about this process's connections.
SERVER_WARNINGS: Final = (
    "not-encrypted",
    "read-only",
    "not-online",
    "slow",
    "many-sessions",
    "idle-transactions",
    "blocked",
    "driver-fallback",
    "token-expires",
    "certificate-expires",
)
POOL_WARNINGS: Final = (
    "persistent-under-asgi",
    "orphaned-connections",
    "pool-not-switched-off",
    "pool-without-reuse",
    "older-than-token",
)
#: What IGNORED may hold.
HEALTH_WARNINGS: Final = (*SERVER_WARNINGS, *POOL_WARNINGS)

#: What can be done about a number; the words of TRANSIENT_ERRORS.
Reaction = Literal["reconnect", "rerun", "ambiguous", "never"]
REACTIONS: Final = ("reconnect", "rerun", "ambiguous", "never")
Profile = Literal["default", "efcore"]
PROFILES: Final = ("default", "efcore")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryBudget:
    """One token bucket per alias against retry storms, in tokens.

    A retry costs ``retry``, one after a time-out of the transport ``timeout``; a call that succeeds
    puts ``refund`` back. ``capacity`` is what the bucket holds, and begins with.
    """

    capacity: float = 500.0
    retry: float = 5.0
    timeout: float = 10.0
    refund: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryMiddleware:
    """How requests are retried.

    ``methods`` are tried again in every view, ``views`` (dotted names) whatever the method.
    ``base_delay``, ``max_delay`` and ``deadline`` are seconds as in a RetryPolicy; ``max_body`` is
    the bytes of the largest body that is kept for another try. ``unavailable_response``: answer 503
    with Retry-After when the database stays unavailable. ``worker_timeout``: the seconds after
    which the worker of the web server is killed, or None when it never is.
    """

    methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")
    max_retries: int = 2
    base_delay: float = 1.0
    max_delay: float = 30.0
    deadline: float | None = 20.0
    max_body: int = DEFAULT_MAX_BODY
    unavailable_response: bool = True
    views: tuple[str, ...] = ()
    worker_timeout: float | None = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryWorstCase:
    """What all layers of retries together may cost one request before a check warns."""

    logins: int = 24
    seconds: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the health checks ask, and who may see what they found.

    ``databases`` are the aliases to ask, all that are SQL Server when empty. ``timeout`` is the
    seconds after which an answer is given whatever the server does; ``cache`` the seconds for which
    one is given again. ``login_timeout`` and ``query_timeout`` are the driver's own, in the whole
    seconds it takes: they bound what goes on behind an answer that had to be given before.
    ``facts_every`` is the seconds between two looks at the server's views. ``fail_on`` "warning"
    makes a check fail for a warning. ``thresholds`` are those of health.thresholds and
    health.pool.judging that differ from their defaults, ``ignored`` the words of warnings that are
    not given. ``tokens`` and ``networks`` (CIDR) admit to details.
    """

    databases: tuple[str, ...] = ()
    timeout: float = DEFAULT_HEALTH_TIMEOUT
    cache: float = 1.0
    login_timeout: int = 5
    query_timeout: int = 1
    facts_every: float = 60.0
    fail_on: FailOn = "unavailable"
    thresholds: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    ignored: tuple[str, ...] = ()
    tokens: tuple[str, ...] = field(default=(), repr=False)
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSettings:
    """``MSSQL_OPS`` with its defaults.

    ``timeout`` is seconds, for one probe. ``connect_budget`` is the seconds that a worker may wait
    for a connection, retries included, before it gets an error. ``slow_login`` is the seconds after
    which one login counts as slow.

    ``transient_errors`` adds server numbers to the catalogue's, removes ("never") or re-classes
    them; ``transient_profile`` "efcore" adds the numbers that only EF Core lists.
    ``read_only_functions`` are user-defined functions that change nothing.
    ``retrytest_databases`` are patterns (fnmatch) of database names that mssql_retrytest may use.
    """

    engines: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    connect_budget: float = DEFAULT_CONNECT_BUDGET
    slow_login: float = DEFAULT_SLOW_LOGIN
    transient_errors: Mapping[int, Reaction] = field(default_factory=lambda: MappingProxyType({}))
    transient_profile: Profile = "default"
    retry_budget: RetryBudget = RetryBudget()
    read_only_functions: tuple[str, ...] = ()
    retry_middleware: RetryMiddleware = RetryMiddleware()
    retrytest_databases: tuple[str, ...] = ()
    retry_worst_case: RetryWorstCase = RetryWorstCase()
    health: Health = Health()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One thing that is wrong: where it stands, and a sentence that starts with that."""

    path: str
    sentence: str
