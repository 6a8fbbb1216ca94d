"""The demo's steps: a shop opens, then what a deploy pipeline sees when things go wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sampleproject.demo.health_steps import health_steps
from sampleproject.demo.retry_steps import retry_steps
from sampleproject.demo.step import Step
from tests.standin import PROFILES, CertificateKind, Configuration, Drop, Phase, StandIn

#: A server without anything to warn about: row versioning on, an application that owns nothing.
_TIDY = replace(PROFILES["sqlserver2022"], read_committed_snapshot=True, is_db_owner=False)
#: The same for the one who migrates.
_OWNED = replace(_TIDY, is_db_owner=True)
#: As most databases are: readers block writers.
_USUAL = replace(_TIDY, read_committed_snapshot=False)
_DRIVERS = ("pyodbc", "mssql_python")
_ORDERS, _THREADS = 150, 8
#: A file with the number of every order that was taken.
_ACKNOWLEDGED = "acknowledged.txt"

#: What two misspelt words in a settings module look like.
_MISSPELT = """\
from sampleproject.settings import *

DATABASES["default"]["OPTIONS"]["extra_params"] += ";Encript=strict"
DATABASES["default"]["OPTIONS"]["query_time_out"] = 30
"""
_MISSPELT_MODULE = "misspelt_settings"

#: What people paste: the text that six network failures share on Linux.
_PASTED = """\
django.db.utils.OperationalError: ('HYT00', '[HYT00] [Microsoft][ODBC Driver 18 for SQL Server]\
Login timeout expired (0) (SQLDriverConnect)')
"""
#: Seconds after which the late server listens.
_LATE = 2.0


def steps(directory: Path) -> Iterator[Step]:
    """Every step; servers start and stop as the steps are taken."""
    authority = directory / "stand-in-ca.pem"
    data = directory / "data"
    data.mkdir()
    with StandIn(Configuration(profile=_OWNED, directory=data)) as server:
        server.authority.write(authority)
        yield from _shop_opens(_environment(server.port, authority), directory)
        yield from retry_steps(_environment(server.port, authority), _DRIVERS)
    # A restart: what a client was told is there has to be there.
    with StandIn(Configuration(profile=_TIDY, directory=data)) as server:
        yield from _shop_reopens(_environment(server.port, authority), directory)
        yield from _checks(_environment(server.port, authority))
        port = server.port
    away = Configuration(profile=_TIDY, directory=data, port=port)
    yield from health_steps(_environment(port, authority), away)
    yield from _faults(authority)
    yield from _misspelt(directory)
    yield from _explained()
    yield from _late(authority)
    yield from _accepted(authority, directory)


def _shop_opens(there: Mapping[str, str], directory: Path) -> Iterator[Step]:
    yield Step(
        title="All migrations: admin, auth, contenttypes, sessions and the shop's own",
        arguments=("migrate",),
        environment=there,
        exit_code=0,
        says=("Applying shop.0005_stock_movements... OK",),
    )
    yield Step(
        title="Products, customers and a past",
        arguments=("load_shop", "--products", "50", "--customers", "50", "--orders", "100"),
        environment=there,
        exit_code=0,
        says=("loaded 50 products, 50 customers, 100 orders",),
    )
    amounts = ("--orders", str(_ORDERS), "--threads", str(_THREADS))
    for seed, driver in enumerate(_DRIVERS):
        register = ("--acknowledged", str(directory / _ACKNOWLEDGED))
        yield Step(
            title=f"{_THREADS} threads place {_ORDERS} orders through {driver}",
            arguments=("place_orders", *amounts, "--seed", str(seed), *register),
            environment={**there, "MSSQL_PYTHON_DRIVER": driver},
            exit_code=0,
            says=("the books are right",),
        )


def _shop_reopens(there: Mapping[str, str], directory: Path) -> Iterator[Step]:
    yield Step(
        title="After a restart: stock, totals and every order that was acknowledged",
        arguments=("check_shop", "--acknowledged", str(directory / _ACKNOWLEDGED)),
        environment=there,
        exit_code=0,
        says=("acknowledged orders are there",),
    )


def _checks(there: Mapping[str, str]) -> Iterator[Step]:
    yield Step(
        title="Django's own checks, with the rules for SQL Server settings among them",
        arguments=("check", "--deploy"),
        environment=there,
        exit_code=0,
        says=("System check identified no issues",),
    )
    for driver in _DRIVERS:
        yield Step(
            title=f"Everything is right: verified TLS, one login through {driver}",
            arguments=("mssql_check",),
            environment={**there, "MSSQL_PYTHON_DRIVER": driver},
            exit_code=0,
            says=("mssql_check: ok",),
        )
    yield Step(
        title="A wrong password: one login, and no second one",
        arguments=("mssql_check",),
        environment={**there, "STANDIN_PASSWORD": "not this one"},
        says=("mssql_ops.E466",),
    )
    yield Step(
        title="A name that does not exist",
        arguments=("mssql_check",),
        environment={**there, "STANDIN_HOST": "no-such-server.invalid"},
        says=("mssql_ops.E401",),
    )


def _faults(authority: Path) -> Iterator[Step]:
    with _closed_port() as port:
        yield Step(
            title="A port on which nothing listens",
            arguments=("mssql_check",),
            environment=_environment(port, authority),
            says=("mssql_ops.E402",),
        )
    with StandIn(Configuration()) as server:
        server.script.on(Phase.PRELOGIN, Drop.SILENCE)
        yield Step(
            title="A server that accepts and stays silent",
            arguments=("mssql_check", "--timeout", "2"),
            environment=_environment(server.port, authority),
            says=("mssql_ops.E464",),
        )
    with StandIn(Configuration(certificate=CertificateKind.EXPIRED)) as server:
        yield Step(
            title="A certificate that has expired",
            arguments=("mssql_check",),
            environment=_environment(server.port, authority),
            says=("mssql_ops.E413",),
        )


def _misspelt(directory: Path) -> Iterator[Step]:
    module = directory / f"{_MISSPELT_MODULE}.py"
    module.write_text(_MISSPELT, encoding="utf-8")
    yield Step(
        title="Two misspelt words, which the driver and mssql-django ignore without one",
        arguments=("check", "--tag", "mssql"),
        environment={"DJANGO_SETTINGS_MODULE": _MISSPELT_MODULE, "PYTHONPATH": str(directory)},
        exit_code=0,
        shows=f"# {_MISSPELT_MODULE}.py\n{_MISSPELT}",
        says=("Did you mean Encrypt?", "Did you mean 'query_timeout'?"),
    )


def _explained() -> Iterator[Step]:
    yield Step(
        title="An error somebody pasted",
        arguments=("mssql_check", "--explain", "-"),
        shows=_PASTED,
        pasted=_PASTED,
        exit_code=0,
        says=("to do:",),
    )
    yield Step(
        title="What a check's number means",
        arguments=("mssql_check", "--explain", "W425"),
        exit_code=0,
        says=("READ_COMMITTED_SNAPSHOT",),
    )


def _late(authority: Path) -> Iterator[Step]:
    with _closed_port() as port:
        pass  # free again: the late server takes it
    there = _environment(port, authority)
    late = Configuration(profile=_TIDY, port=port)
    yield Step(
        title=f"A server that comes up {_LATE:g} seconds late",
        arguments=("mssql_check", "--wait", "30"),
        environment=there,
        exit_code=0,
        says=("mssql_check: ok",),
        beside=lambda: _started_late(late),
    )


def _accepted(authority: Path, directory: Path) -> Iterator[Step]:
    accepted = str(directory / "accepted.json")
    with StandIn(Configuration(profile=_USUAL)) as server:
        there = _environment(server.port, authority)
        yield Step(
            title="A database with warnings nobody can repair today: accepted for now",
            arguments=("mssql_check", "--write-baseline", accepted, "--verbosity", "0"),
            environment=there,
            exit_code=0,
            says=("wrote 2 findings to",),
        )
        yield Step(
            title="From now on every new warning fails, and the accepted one does not",
            arguments=("mssql_check", "--baseline", accepted, "--fail-level", "warning"),
            environment=there,
            exit_code=0,
            says=("ACCEPTED",),
        )
        yield Step(
            title="A new one",
            arguments=("mssql_check", "--baseline", accepted, "--fail-level", "warning"),
            environment={**there, "MSSQL_EXTRA_PARAMS": "Encrypt=yes;Pooling=yes"},
            says=("mssql_ops.W112",),
        )


@contextlib.contextmanager
def _started_late(configuration: Configuration) -> Iterator[None]:
    """A stand-in that listens some seconds after the block was entered, and ends with it."""
    server = StandIn(configuration)
    timer = threading.Timer(_LATE, server.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        server.stop()


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
