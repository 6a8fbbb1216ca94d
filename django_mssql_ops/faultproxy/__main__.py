"""``python -m django_mssql_ops.faultproxy``: a proxy that is controlled over stdin and stdout.

Not for people: :class:`.process.ProxyProcess` starts it, and ``manage.py mssql_retrytest --serve``.
"""

from __future__ import annotations

import signal
import sys

from django_mssql_ops.faultproxy.control import serve


def main() -> int:
    # Ctrl-C reaches the whole group; whoever holds the other end of stdin says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
