"""``python -m tests.standin``: a stand-in to point any client at, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.standin.certificates import CertificateKind
from tests.standin.encryption import EncryptionPolicy
from tests.standin.filling import ScriptFailed, fill
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER, Accounts
from tests.standin.profiles import PROFILES, Profile
from tests.standin.script import Drop, Phase
from tests.standin.server import IDLE_SECONDS, Configuration, StandIn

#: The signal for a failover, and how long logins fail then.
FAIL_OVER = signal.SIGUSR1
FAILOVER_SECONDS = 20.0
#: Scripted behaviour that needs no test around it.
FAULTS = {
    "silent-after-accept": (Phase.ACCEPT, Drop.SILENCE),
    "silent-after-prelogin": (Phase.PRELOGIN, Drop.SILENCE),
    "silent-after-login": (Phase.LOGIN, Drop.SILENCE),
    "reset-after-accept": (Phase.ACCEPT, Drop.RESET),
    "reset-after-prelogin": (Phase.PRELOGIN, Drop.RESET),
    "close-after-prelogin": (Phase.PRELOGIN, Drop.CLOSE),
}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; argparse exits with 2 for a bad one."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.standin",
        description="A stand-in for SQL Server on loopback: TDS over TCP and TLS, for tests.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="sqlserver2022")
    parser.add_argument(
        "--certificate", choices=[kind.value for kind in CertificateKind], default="valid"
    )
    parser.add_argument(
        "--encryption",
        choices=[policy.value for policy in EncryptionPolicy],
        help="the server's own encryption setting (default: the profile's)",
    )
    parser.add_argument("--user", default=DEFAULT_USER)
    parser.add_argument("--password", default=DEFAULT_PASSWORD)
    parser.add_argument("--database", default=DEFAULT_DATABASE)
    parser.add_argument(
        "--directory", type=Path, help="keep the databases here (default: temporary files)"
    )
    parser.add_argument(
        "--idle-seconds", type=float, default=IDLE_SECONDS, help="how long a client may be silent"
    )
    parser.add_argument(
        "--ca-file", type=Path, help="write the certificate authority here, for SSL_CERT_FILE"
    )
    parser.add_argument(
        "--script", type=Path, help="T-SQL to fill the database with, its batches apart by GO"
    )
    parser.add_argument("--fault", choices=sorted(FAULTS), help="misbehave towards every client")
    _add_health(parser)
    return parser.parse_args(arguments)


def _add_health(parser: argparse.ArgumentParser) -> None:
    """What a monitor of the server is to see."""
    parser.add_argument(
        "--failover-seconds",
        type=float,
        default=FAILOVER_SECONDS,
        help="how long logins fail with 40613 after SIGUSR1, which ends every connection",
    )
    parser.add_argument(
        "--database-state", choices=("ONLINE", "RECOVERING", "SUSPECT"), default="ONLINE"
    )
    parser.add_argument("--read-only", action="store_true", help="the database is READ_ONLY")
    parser.add_argument(
        "--replica", choices=("PRIMARY", "SECONDARY"), default="", help="of an availability group"
    )
    parser.add_argument(
        "--no-view-server-state",
        action="store_true",
        help="the login has no VIEW SERVER STATE, whatever the profile says",
    )


def configure(options: argparse.Namespace) -> Configuration:
    """The configuration that the command line asks for."""
    return Configuration(
        profile=profile_of(options),
        accounts=Accounts(
            passwords={options.user: options.password}, databases=(options.database,)
        ),
        certificate=CertificateKind(options.certificate),
        encryption=EncryptionPolicy(options.encryption) if options.encryption else None,
        host=options.host,
        port=options.port,
        directory=options.directory,
        idle_seconds=options.idle_seconds,
    )


def profile_of(options: argparse.Namespace) -> Profile:
    """The profile with what the command line changes of it; a secondary replica is READ_ONLY."""
    chosen = PROFILES[options.profile]
    return replace(
        chosen,
        view_server_state=chosen.view_server_state and not options.no_view_server_state,
        database_state=options.database_state,
        replica_role=options.replica,
        updateability="READ_ONLY"
        if options.read_only or options.replica == "SECONDARY"
        else chosen.updateability,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    options = parse(arguments)
    standin = StandIn(configure(options))
    if options.ca_file:
        standin.authority.write(options.ca_file)
    if options.fault:
        standin.script.on(*FAULTS[options.fault])
    with interruption() as interrupted:
        try:
            standin.start()
        except OSError as error:
            sys.stderr.write(f"cannot listen on {options.host}:{options.port}: {error.strerror}\n")
            return 2
        try:
            if options.script:
                fill(standin, options.script.read_text("utf-8-sig"), options.database)
            say_where(options, standin)
            while interrupted.recv(1)[0] == FAIL_OVER:
                standin.fail_over(options.failover_seconds)
        except (OSError, ScriptFailed) as error:
            sys.stderr.write(f"{options.script}: {error}\n")
            return 2
        finally:
            standin.stop()
    return 0


def say_where(options: argparse.Namespace, standin: StandIn) -> None:
    """The first line, which whoever started the process reads the port from."""
    sys.stdout.write(f"stand-in ({options.profile}) listening on {options.host}:{standin.port}\n")
    sys.stdout.flush()


@contextmanager
def interruption() -> Iterator[socket.socket]:
    """A socket that becomes readable with SIGINT, SIGTERM or SIGUSR1, and then has its number.

    Whichever thread the signal reaches writes to it; an Event set by a handler can be lost, or can
    lock up with the wait for it.
    """
    reading, writing = socket.socketpair()
    with reading, writing:
        writing.setblocking(False)
        signal.set_wakeup_fd(writing.fileno())
        for number in (signal.SIGINT, signal.SIGTERM, FAIL_OVER):
            signal.signal(number, lambda *_: None)
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(-1)


if __name__ == "__main__":
    sys.exit(main())
