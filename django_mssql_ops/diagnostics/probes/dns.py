"""Name resolution, told apart from everything after it.

On Linux the driver reports an unknown host as "Login timeout expired" after its whole login
time-out (measured with msodbcsql 18.6.2), so the resolver is asked directly, once, through the
same system call that the driver uses.
"""

from __future__ import annotations

import socket

from django_mssql_ops.diagnostics.deadline import Stopwatch, TimeLimitExceeded, within
from django_mssql_ops.diagnostics.facts import DnsFacts, Outcome

#: Addresses kept of one name; MultiSubnetFailover gives up above 64 as well (Microsoft Learn,
#: dsn-connection-string-attribute).
MAX_ADDRESSES = 64

#: What HOST means when it names no machine: the driver then uses this one.
_LOCAL_NAMES = frozenset({"", ".", "(local)"})


def probe_dns(host: str, *, limit: float) -> DnsFacts:
    """All addresses of ``host``, or how the resolver failed; takes at most ``limit`` seconds."""
    name = "localhost" if host.lower() in _LOCAL_NAMES else host
    watch = Stopwatch()
    try:
        found = within(limit, lambda: _resolve(name))
    except TimeLimitExceeded as error:
        return DnsFacts(
            host=name,
            outcome=Outcome.TIMED_OUT,
            error=str(error),
            milliseconds=watch.milliseconds,
        )
    except (OSError, UnicodeError) as error:
        return DnsFacts(
            host=name,
            outcome=_outcome(error),
            error=_reason(error),
            milliseconds=watch.milliseconds,
        )
    return DnsFacts(host=name, outcome=Outcome.OK, addresses=found, milliseconds=watch.milliseconds)


def _resolve(name: str) -> tuple[str, ...]:
    answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))[:MAX_ADDRESSES]


def _outcome(error: OSError | UnicodeError) -> Outcome:
    """FAILED is EAI_AGAIN: the name servers gave no answer, so the name itself may be right."""
    again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
    return Outcome.FAILED if again else Outcome.NOT_FOUND


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "not a valid host name"
    return error.strerror or str(error)
