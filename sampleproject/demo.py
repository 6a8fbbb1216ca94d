"""``make demo``: a shop opens, and what a deploy pipeline sees, with nothing but this machine.

A stand-in for SQL Server listens on loopback; every step below is a command anyone can type, run as
a process of its own. Each step has the exit code and the words it must show: when one differs, the
demo itself fails.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.standin import PROFILES, CertificateKind, Configuration, Drop, Phase, StandIn

#: Seconds a step may take; the slowest waits two seconds for a silent server.
_STEP_LIMIT = 60
#: A server without anything to warn about: row versioning on, an application that owns nothing.
_TIDY = replace(PROFILES["sqlserver2022"], read_committed_snapshot=True, is_db_owner=False)
_DRIVERS = ("pyodbc", "mssql_python")
_ORDERS, _THREADS = 150, 8
#: A file with the number of every order that was taken.
_ACKNOWLEDGED = "acknowledged.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, and what it has to say; ``environment`` is added to this process's own."""

    title: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = 1
    says: str = ""


def main() -> int:
    """Run all steps; 0 when each went as announced."""
    with tempfile.TemporaryDirectory() as directory:
        results = [_run(step) for step in _steps(Path(directory))]
    print(f"\n{sum(results)} of {len(results)} steps went as announced.")
    return 0 if all(results) else 1


def _steps(directory: Path) -> Iterator[Step]:
    authority = directory / "stand-in-ca.pem"
    data = directory / "data"
    data.mkdir()
    there = Configuration(profile=_TIDY, directory=data)
    with StandIn(there) as server:
        server.authority.write(authority)
        yield from _shop_opens(_environment(server.port, authority), directory)
    # A restart: what a client was told is there has to be there.
    with StandIn(there) as server:
        yield from _shop_reopens(_environment(server.port, authority), directory)
        yield from _checks(_environment(server.port, authority))
    yield from _faults(authority)


def _shop_opens(there: Mapping[str, str], directory: Path) -> Iterator[Step]:
    yield Step(
        title="All migrations: admin, auth, contenttypes, sessions and the shop's own",
        arguments=("migrate",),
        environment=there,
        exit_code=0,
        says="Applying shop.0005_stock_movements... OK",
    )
    yield Step(
        title="Products, customers and a past",
        arguments=("load_shop", "--products", "50", "--customers", "50", "--orders", "100"),
        environment=there,
        exit_code=0,
        says="loaded 50 products, 50 customers, 100 orders",
    )
    amounts = ("--orders", str(_ORDERS), "--threads", str(_THREADS))
    for seed, driver in enumerate(_DRIVERS):
        register = ("--acknowledged", str(directory / _ACKNOWLEDGED))
        yield Step(
            title=f"{_THREADS} threads place {_ORDERS} orders through {driver}",
            arguments=("place_orders", *amounts, "--seed", str(seed), *register),
            environment={**there, "MSSQL_PYTHON_DRIVER": driver},
            exit_code=0,
            says="the books are right",
        )


def _shop_reopens(there: Mapping[str, str], directory: Path) -> Iterator[Step]:
    yield Step(
        title="After a restart: stock, totals and every order that was acknowledged",
        arguments=("check_shop", "--acknowledged", str(directory / _ACKNOWLEDGED)),
        environment=there,
        exit_code=0,
        says="acknowledged orders are there",
    )


def _checks(there: Mapping[str, str]) -> Iterator[Step]:
    yield Step(
        title="Django's own checks, with the rules for SQL Server settings among them",
        arguments=("check", "--deploy"),
        environment=there,
        exit_code=0,
        says="System check identified no issues",
    )
    for driver in _DRIVERS:
        yield Step(
            title=f"Everything is right: verified TLS, one login through {driver}",
            arguments=("mssql_check",),
            environment={**there, "MSSQL_PYTHON_DRIVER": driver},
            exit_code=0,
            says="mssql_check: ok",
        )
    yield Step(
        title="A wrong password: one login, and no second one",
        arguments=("mssql_check",),
        environment={**there, "STANDIN_PASSWORD": "not this one"},
        says="mssql_ops.E466",
    )
    yield Step(
        title="A name that does not exist",
        arguments=("mssql_check",),
        environment={**there, "STANDIN_HOST": "no-such-server.invalid"},
        says="mssql_ops.E401",
    )


def _faults(authority: Path) -> Iterator[Step]:
    with _closed_port() as port:
        yield Step(
            title="A port on which nothing listens",
            arguments=("mssql_check",),
            environment=_environment(port, authority),
            says="mssql_ops.E402",
        )
    with StandIn(Configuration()) as server:
        server.script.on(Phase.PRELOGIN, Drop.SILENCE)
        yield Step(
            title="A server that accepts and stays silent",
            arguments=("mssql_check", "--timeout", "2"),
            environment=_environment(server.port, authority),
            says="mssql_ops.E464",
        )
    with StandIn(Configuration(certificate=CertificateKind.EXPIRED)) as server:
        yield Step(
            title="A certificate that has expired",
            arguments=("mssql_check",),
            environment=_environment(server.port, authority),
            says="mssql_ops.E413",
        )


@contextlib.contextmanager
def _closed_port() -> Iterator[int]:
    """A port that is bound, so that nobody else takes it, and on which nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def _environment(port: int, authority: Path) -> dict[str, str]:
    return {
        "SHOP_ENVIRONMENT": "production",
        "STANDIN_PORT": str(port),
        "SSL_CERT_FILE": str(authority),
    }


def _run(step: Step) -> bool:
    print(f"\n--- {step.title}")
    print(f"$ python -m sampleproject.manage {' '.join(step.arguments)}\n", flush=True)
    finished = subprocess.run(
        [sys.executable, "-m", "sampleproject.manage", *step.arguments],
        env=_child_environment(step.environment),
        capture_output=True,
        text=True,
        timeout=_STEP_LIMIT,
        check=False,
    )
    print(finished.stdout, end="")
    print(finished.stderr, end="", flush=True)
    print(f"(exit code {finished.returncode})")
    said = step.says in finished.stdout + finished.stderr
    if finished.returncode == step.exit_code and said:
        return True
    print(f"EXPECTED exit code {step.exit_code} and {step.says!r}")
    return False


def _child_environment(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without a real server's address and the project's own settings."""
    about_us = ("MSSQL_", "SHOP_", "STANDIN_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(about_us)}
    return {**own, "DJANGO_SETTINGS_MODULE": "sampleproject.settings", **added}


if __name__ == "__main__":
    sys.exit(main())
