"""Facts turned into report sections: status, one line of summary, plain values."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import NotRun, Outcome, Unreadable
from django_mssql_ops.diagnostics.plain_values import plain_values
from django_mssql_ops.diagnostics.sections import STAGES, section
from django_mssql_ops.findings import Finding, Section, Severity, Status
from tests.diagnostics.rules.building import (
    browser,
    certificate,
    database,
    dns,
    driver,
    facts,
    failure,
    healthy_facts,
    latency,
    login,
    prelogin,
    server,
    session,
    settings,
    target,
    tcp,
    tls,
    token,
    unverified,
)
from tests.diagnostics.rules.building_database import permissions, pooling, schema, table


def summary(stage: str, found: Any) -> tuple[Status, str]:
    made = section(facts(**{stage: found}), stage, ())
    return made.status, made.summary


OK_SUMMARIES: list[tuple[str, Any, str]] = [
    ("settings", settings(), "db.example.com,1433, database shop, Encrypt=yes"),
    (
        "settings",
        settings(target=target(instance="SALES", port=None), encrypt="strict"),
        "db.example.com\\SALES, database shop, Encrypt=strict",
    ),
    (
        "settings",
        settings(target=None, dsn="Shop", encrypt=None),
        "DSN Shop, database shop, Encrypt=invalid",
    ),
    ("driver", driver(), "pyodbc 5.2.0, ODBC Driver 18 for SQL Server"),
    (
        "driver",
        driver(module="mssql_python", module_version="1.16.0"),
        "mssql_python 1.16.0, its own ODBC Driver 18",
    ),
    ("dns", dns(), "db.example.com is 192.0.2.7"),
    (
        "dns",
        dns(addresses=("192.0.2.7", "2001:db8::7")),
        "db.example.com is 192.0.2.7, 2001:db8::7",
    ),
    ("browser", browser(), "instance SALES is on port 51433"),
    ("tcp", tcp(), "port 1433: 192.0.2.1 open (0.4 ms)"),
    (
        "tcp",
        tcp(Outcome.REFUSED, Outcome.OK, port=1444),
        "port 1444: 192.0.2.1 refused (0.4 ms), 192.0.2.2 open (0.4 ms)",
    ),
    ("prelogin", prelogin(), "TDS 7, server version 16.0.4265, encryption ON"),
    (
        "prelogin",
        prelogin(strict=True, encryption="OFF"),
        "TDS 8.0, server version 16.0.4265, encryption OFF",
    ),
    (
        "tls",
        tls(certificate=certificate(not_after=dt.datetime(2027, 6, 28, tzinfo=dt.UTC))),
        "TLSv1.2, ECDHE-RSA-AES256-GCM-SHA384, verified for db.example.com until 2027-06-28",
    ),
    (
        "tls",
        tls(certificate=Unreadable("no cryptography")),
        "TLSv1.2, ECDHE-RSA-AES256-GCM-SHA384, verified for db.example.com",
    ),
    ("login", login(), "one login through pyodbc, libmsodbcsql-18.6.so.2.1 18.06.0002"),
    ("session", session(), "app as app, schema dbo, encrypted"),
    ("session", session(encrypted=False), "app as app, schema dbo, not encrypted"),
    (
        "session",
        session(encrypted=Unreadable("error 300")),
        "app as app, schema dbo, encryption not readable",
    ),
    ("server", server(), "Developer Edition (64-bit), 16.0.4265.3 CU20"),
    ("server", server(update_level=""), "Developer Edition (64-bit), 16.0.4265.3 RTM"),
    ("server", server(update_level="", level=""), "Developer Edition (64-bit), 16.0.4265.3"),
    ("database", database(), "shop, ONLINE, SQL_Latin1_General_CP1_CI_AS, level 160"),
    (
        "database",
        database(state=Unreadable("the server says NULL")),
        "shop, not readable: the server says NULL, SQL_Latin1_General_CP1_CI_AS, level 160",
    ),
    ("latency", latency(p50=0.456, p95=1.0), "p50 0.46 ms, p95 1.00 ms of 20"),
    ("token", token(90), "TOKEN is good until 2026-09-01 13:30 UTC"),
    (
        "permissions",
        permissions(table("[a]", "SELECT", "INSERT"), table("[b]", exists=False), table("[c]")),
        "3 tables, 1 with too few rights, 1 not seen",
    ),
    (
        "schema",
        schema(pending=("shop.0001_initial",), untrusted=Unreadable("error 229")),
        "1 pending migrations, untrusted constraints not readable",
    ),
    ("pooling", pooling(where="there"), "there; the connection was closed"),
    ("pooling", pooling(where="there", kept=True), "there; a pool kept the connection"),
    ("pooling", pooling(where="there", kept=Unreadable("not seen")), "there; not seen"),
]

FAILED_SUMMARIES: list[tuple[str, Any, str]] = [
    ("settings", settings(target=None, target_problem="'x' is not a port"), "'x' is not a port"),
    (
        "driver",
        driver(module_version=Unreadable("libodbc.so.2 is missing")),
        "pyodbc not importable, ODBC Driver 18 for SQL Server",
    ),
    ("dns", dns(outcome=Outcome.NOT_FOUND, error="unknown name"), "db.example.com: unknown name"),
    ("browser", browser(outcome=Outcome.REFUSED, error="no Browser"), "instance SALES: no Browser"),
    (
        "tcp",
        tcp(Outcome.TIMED_OUT, Outcome.UNREACHABLE),
        "port 1433: 192.0.2.1 timed out (0.4 ms), 192.0.2.2 unreachable (0.4 ms)",
    ),
    ("prelogin", prelogin(outcome=Outcome.RESET, error="reset"), "reset"),
    ("tls", tls(outcome=Outcome.FAILED, error="handshake failure"), "handshake failure"),
    (
        "tls",
        unverified(18, "self-signed certificate"),
        "TLSv1.2, ECDHE-RSA-AES256-GCM-SHA384, not verified: self-signed certificate",
    ),
    (
        "tls",
        unverified(10, "certificate has expired", protocol="", cipher=""),
        "certificate refused, not verified: certificate has expired",
    ),
    ("token", token(problem="is blank"), "TOKEN is blank"),
    (
        "login",
        login(error=failure(18456, "Login failed for user 'app'.")),
        "28000/18456 Login failed for user 'app'.",
    ),
]


@pytest.mark.parametrize(("stage", "found", "expected"), OK_SUMMARIES)
def test_a_stage_that_went_well_is_ok(stage: str, found: Any, expected: str) -> None:
    assert summary(stage, found) == (Status.OK, expected)


@pytest.mark.parametrize(("stage", "found", "expected"), FAILED_SUMMARIES)
def test_a_stage_that_failed_says_why(stage: str, found: Any, expected: str) -> None:
    assert summary(stage, found) == (Status.FAILED, expected)


def test_a_stage_whose_main_facts_could_not_be_read_is_unknown() -> None:
    unread = permissions(tables=Unreadable("error 229"))
    assert summary("permissions", unread) == (Status.UNKNOWN, "error 229")
    assert summary("token", token(expires_at=None)) == (
        Status.UNKNOWN,
        "TOKEN does not say until when it is good",
    )


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "settings"])
def test_a_stage_without_facts_says_why(stage: str) -> None:
    assert summary(stage, Unreadable("no permission")) == (Status.UNKNOWN, "no permission")
    assert summary(stage, NotRun("--offline")) == (Status.SKIPPED, "--offline")
    made = section(facts(**{stage: NotRun("--offline")}), stage, ())
    assert (made.values, made.milliseconds) == ({}, None)


def test_stages_are_shown_in_the_order_in_which_they_are_asked() -> None:
    assert STAGES == (
        "settings",
        "token",
        "driver",
        "dns",
        "browser",
        "tcp",
        "prelogin",
        "tls",
        "login",
        "session",
        "server",
        "database",
        "permissions",
        "schema",
        "latency",
        "pooling",
    )


def test_a_section_carries_subject_stage_duration_and_findings() -> None:
    finding = Finding(
        rule=464, slug="prelogin", severity=Severity.ERROR, subject="replica", message="m"
    )
    known = facts(alias="replica", prelogin=prelogin(milliseconds=12.5))
    made = section(known, "prelogin", (finding,))
    assert isinstance(made, Section)
    assert (made.subject, made.name, made.milliseconds) == ("replica", "prelogin", 12.5)
    assert made.findings == (finding,)


def test_values_are_the_facts_as_plain_data() -> None:
    assert plain_values(tls(certificate=certificate(), chain=Unreadable("Python 3.11"))) == {
        "outcome": "ok",
        "expected_name": "db.example.com",
        "trust_store": "",
        "protocol": "TLSv1.2",
        "cipher": "ECDHE-RSA-AES256-GCM-SHA384",
        "verified": True,
        "problem": "",
        "verify_code": 0,
        "name_matches": True,
        "certificate.subject": "CN=db.example.com",
        "certificate.issuer": "CN=Example CA",
        "certificate.names": ("db.example.com",),
        "certificate.not_before": "2026-08-02T12:00:00+00:00",
        "certificate.not_after": "2027-06-28T12:00:00+00:00",
        "certificate.self_signed": False,
        "certificate.key": "RSA 2048",
        "certificate.signature": "sha256",
        "chain": "not readable: Python 3.11",
        "fingerprint": "",
        "legacy_only": False,
        "error": "",
    }


def test_values_in_lists_and_mappings_are_plain_too() -> None:
    attempts = plain_values(tcp(Outcome.REFUSED))["attempts"]
    assert attempts == (("address=192.0.2.1", "port=1433", "outcome=refused", "error="),)
    values = plain_values(settings(wrong_types={"HOST": "int"}, target=None))
    assert values["wrong_types"] == ("HOST: int",)
    assert values["target"] is None


@pytest.mark.parametrize("stage", STAGES)
def test_every_stages_values_can_be_written_as_json(stage: str) -> None:
    known = healthy_facts(login=login(error=failure(18456)))
    values = dict(section(known, stage, ()).values)
    assert values
    assert json.loads(json.dumps(values)).keys() == values.keys()


@pytest.mark.parametrize("nothing", [Unreadable("x"), NotRun("x"), None, "text", 7])
def test_what_is_no_stage_has_no_values(nothing: object) -> None:
    assert plain_values(nothing) == {}


@dataclass(frozen=True, slots=True)
class WithSecret:
    user: str
    password: str = field(repr=False)


def test_a_field_that_is_kept_out_of_the_repr_is_kept_out_of_the_report() -> None:
    assert plain_values(WithSecret(user="app", password="hunter2")) == {"user": "app"}
