"""What holds for every live rule (34x and 4xx): its silence when all is well, no secret."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import ColumnType, Facts, NotRun, Outcome, Unreadable
from django_mssql_ops.diagnostics.registry import Rule, all_rules, judge
from django_mssql_ops.diagnostics.sections import STAGES, section
from django_mssql_ops.errors import classify
from django_mssql_ops.findings import Report, Severity
from django_mssql_ops.reports import RENDERERS, render
from tests.diagnostics.rules.building import (
    NOW,
    browser,
    certificate,
    database,
    dns,
    driver,
    failure,
    findings,
    healthy_facts,
    latency,
    login,
    prelogin,
    project,
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

LIVE: Final = tuple(rule for rule in all_rules() if 300 <= rule.number < 500)

live_rules = pytest.mark.parametrize("rule", LIVE, ids=lambda rule: f"{rule.number}-{rule.slug}")


@live_rules
def test_a_rule_says_nothing_bad_about_an_alias_where_all_is_well(rule: Rule) -> None:
    assert all(found.severity is Severity.INFO for found in rule.findings(healthy_facts()))


def broken_facts(**changes: Any) -> Facts:
    """An alias of a former life: everything is wrong that can be wrong together."""
    stages: dict[str, Any] = {
        "settings": settings(
            target=target(instance="SALES"), isolation_level="SNAPSHOT", test_collation="X"
        ),
        "driver": driver(falls_back=True, library_version=(18, 1), missing_libraries=("a",)),
        "dns": dns(outcome=Outcome.NOT_FOUND, error="unknown name"),
        "browser": browser(outcome=Outcome.TIMED_OUT, port=None),
        "tcp": tcp(Outcome.REFUSED),
        "prelogin": prelogin(outcome=Outcome.RESET, error="reset", encryption="NOT_SUP"),
        "tls": unverified(
            62, "wrong name", protocol="TLSv1", certificate=certificate(not_after=NOW)
        ),
        "login": login(error=failure(18456)),
        "session": session(encrypted=False, is_sysadmin=True),
        "server": server(version=(12, 0), engine_edition=6),
        "database": database(
            state="SUSPECT",
            updateability="READ_ONLY",
            read_committed_snapshot=False,
            compatibility_level=100,
            collation="B",
            auto_close=True,
            auto_shrink=True,
            page_verify="NONE",
        ),
        "token": token(-5),
        "project": project(bulk_rows=("default",)),
        "permissions": permissions(table("[t]", "SELECT"), is_ddl_admin=True),
        "schema": schema(
            date_times=(ColumnType(table="[t]", column="c", type_name="datetime2"),),
            untrusted=("[t].[fk]",),
            disabled=("[t].[ck]",),
            triggers=("[t].[g]",),
            pending=("shop.0001_initial",),
        ),
        "latency": latency(p50=80.0),
        "pooling": pooling(conn_max_age=0),
    }
    return healthy_facts(**{**stages, **changes})


#: Two faults of one stage exclude each other: these rules need facts of their own.
ELSEWHERE: Final[dict[int, dict[str, Any]]] = {
    408: {"login": login(milliseconds=5_000.0)},
    412: {"session": session(encrypted=Unreadable("error 300", hint="GRANT it to app."))},
    418: {"server": server(version=(12, 0))},
    425: {"database": database(read_committed_snapshot=False)},
    436: {"session": session(is_db_owner=True)},
    437: {"session": session()},
    465: {"tls": tls(outcome=Outcome.FAILED, error="handshake failure")},
    469: {"settings": settings(target=None, target_problem="'db:1433' has a colon")},
}


@live_rules
def test_a_rule_that_judges_says_what_to_do_in_one_plain_sentence_or_more(rule: Rule) -> None:
    found = findings(rule.number, broken_facts(**ELSEWHERE.get(rule.number, {})))
    assert found, "the facts above hold nothing for this rule: add it"
    for finding in found:
        for text in (finding.message, finding.hint):
            assert text == " ".join(text.split())
            assert text.isprintable()
        assert finding.message
        assert not finding.message.endswith(".")
        if finding.severity in (Severity.ERROR, Severity.WARNING):
            assert len(finding.hint.split()) >= 2


@live_rules
def test_a_rule_whose_stage_never_ran_or_could_not_be_read_never_fails(rule: Rule) -> None:
    everywhere = {stage: Unreadable("x") for stage in STAGES if stage != "settings"}
    nowhere = {stage: NotRun("x") for stage in STAGES if stage != "settings"}
    unread = [found.severity for found in rule.findings(healthy_facts(**everywhere))]
    # The settings are always read: a rule that needs no more than them always has its facts.
    # One that declares no need looks for itself what there is, and leaves the rest to others.
    assert unread == ([] if rule.needs in ((), ("settings",)) else [Severity.UNKNOWN])
    assert list(rule.findings(healthy_facts(**nowhere))) == []


# Long and odd enough that no sentence of ours contains it by chance.
SECRET: Final = "Xq9#vT7zKw"


def pyodbc_error(text: str) -> Exception:
    kind = type("OperationalError", (Exception,), {"__module__": "pyodbc"})
    told: Exception = kind("08001", f"[08001] [Microsoft][ODBC Driver 18 for SQL Server]{text}")
    return told


def whole_report(known: Facts) -> Report:
    return Report(
        title="mssql_check",
        sections=tuple(section(known, stage, judge(known, stage=stage)) for stage in STAGES),
    )


def outputs(report: Report) -> list[str]:
    return [render(name, report, verbosity) for name in RENDERERS for verbosity in (0, 1, 2)]


def secretive_entry(**changes: Any) -> dict[str, Any]:
    """A DATABASES entry with the secret wherever one belongs."""
    return {
        "ENGINE": "mssql",
        "NAME": "shop",
        "HOST": "db.example.com",
        "USER": "app",
        "PASSWORD": SECRET,
        "TOKEN": SECRET,
        "OPTIONS": {"extra_params": f"Encrypt=yes;PWD={{{SECRET}}};KeyStoreSecret={SECRET}"},
        **changes,
    }


def leaks(known: Facts) -> list[str]:
    report = whole_report(known)
    texts = [*outputs(report), repr(known), repr(report)]
    return [text for text in texts if SECRET in text]


def test_no_output_holds_a_secret_of_the_settings() -> None:
    known = broken_facts(settings=read_settings("default", secretive_entry()))
    assert leaks(known) == []
    assert known.settings.has_password


@pytest.mark.parametrize(
    "text",
    [
        f"cannot connect with DRIVER=x;SERVER=y;UID=app;PWD={SECRET}",
        f"bad token=Bearer {SECRET}",
        f"postgres://app:{SECRET}@db/shop",
        f"password: {SECRET}",
    ],
)
def test_no_output_holds_a_secret_of_the_drivers_words(text: str) -> None:
    told = classify(pyodbc_error(text))
    assert told is not None
    known = broken_facts(login=login(error=told))
    assert leaks(known) == []
    assert len(whole_report(known).findings) > 10


PLACES: Final = ("HOST", "NAME", "USER", "PORT", "ENGINE")


@examples(max_examples=min(25, examples().max_examples))
@given(
    place=st.sampled_from(PLACES),
    keyword=st.sampled_from(["PWD=", "Password=", "pwd =", "TOKEN=", "secret: "]),
    before=st.text(st.characters(codec="ascii"), max_size=10),
    after=st.text(max_size=10),
)
def test_a_secret_in_the_wrong_setting_is_not_shown_either(
    place: str, keyword: str, before: str, after: str
) -> None:
    """A whole connection string in HOST happens."""
    entry = secretive_entry(**{place: f"{before};{keyword}{SECRET}{after}"})
    assert leaks(broken_facts(settings=read_settings("default", entry))) == []
