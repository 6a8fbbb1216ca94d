"""``make shop``: the sample project in a browser, on a stand-in that keeps its data.

Everything is in ``.demo/`` and there again next time; ``rm -r .demo`` starts anew.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.standin import Configuration, StandIn

_USER, _PASSWORD = "admin", "stand-in admin"
_KEPT = Path(".demo")
#: Seconds a connection may be unused; Django keeps one for CONN_MAX_AGE and until the next request.
_IDLE = 86_400.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    options = _parse(arguments)
    data = options.directory / "data"
    data.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    standin = StandIn(Configuration(directory=data, idle_seconds=_IDLE))
    with contextlib.suppress(KeyboardInterrupt), standin as server:
        authority = options.directory / "stand-in-ca.pem"
        server.authority.write(authority)
        there = _environment(server.port, authority)
        try:
            _prepare(there, options.directory / "is-prepared")
        except subprocess.CalledProcessError as failure:
            return failure.returncode  # It has said why.
        print(f"admin: user {_USER!r}, password {_PASSWORD!r}; Ctrl+C ends it", flush=True)
        return _serve(there, options.port)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sampleproject.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the shop; 0 takes a free one")
    parser.add_argument("--directory", type=Path, default=_KEPT, help="where everything is kept")
    return parser.parse_args(arguments)


def _environment(port: int, authority: Path) -> dict[str, str]:
    """The stand-in, whatever server this process's environment speaks of; the driver stays."""
    elsewhere = ("MSSQL_HOST", "MSSQL_PORT", "MSSQL_NAME", "MSSQL_USER", "MSSQL_PASSWORD")
    own = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {
        **own,
        "DJANGO_SETTINGS_MODULE": "sampleproject.settings",
        "STANDIN_PORT": str(port),
        "SSL_CERT_FILE": str(authority),
    }


def _prepare(there: Mapping[str, str], mark: Path) -> None:
    """Tables always, data once: a first start may have been cut short."""
    _manage(there, "migrate", "--verbosity", "0")
    if mark.exists():
        return
    _manage(there, "flush", "--noinput", "--verbosity", "0")
    _manage(there, "load_shop", "--orders", "100")
    password = {"DJANGO_SUPERUSER_PASSWORD": _PASSWORD}
    named = ("--username", _USER, "--email", "admin@example.com")
    _manage({**there, **password}, "createsuperuser", "--noinput", *named)
    mark.touch()


def _manage(there: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(_command(*arguments), env=there, check=True)


def _serve(there: Mapping[str, str], port: int) -> int:
    server = subprocess.Popen(_command("runserver", "--noreload", f"127.0.0.1:{port}"), env=there)
    try:
        return server.wait()
    finally:
        server.terminate()
        server.wait()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sampleproject.manage", *arguments]


if __name__ == "__main__":
    sys.exit(main())
