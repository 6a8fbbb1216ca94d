"""The rules as Django system checks.

- ``mssql``: the rules about settings and the project, always; those about production with
  ``check --deploy``. No connection is opened and no driver imported: settings are read, versions
  of packages, and the names of the registered ODBC drivers when an alias needs them.
- ``database``: the rules about the server and the way to it, for the aliases that Django names
  (``check --database``, ``migrate``, the test runner). One login an alias, and every question has
  ``MSSQL_OPS["TIMEOUT"]`` seconds.

A finding of severity UNKNOWN is not shown here, as nobody can act on it at this point;
``mssql_check`` shows it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

if TYPE_CHECKING:
    from django_mssql_ops.diagnostics.facts import Fact, Facts, ProjectFacts, Subject
    from django_mssql_ops.diagnostics.online import Rejected
    from django_mssql_ops.findings import Finding
    from django_mssql_ops.odbc import RegisteredDriver

TAG: Final = "mssql"
#: Nobody who migrates waits for 20 round trips.
_MEASUREMENTS: Final = frozenset({"latency"})
#: What is right for ``migrate``, which asks first: its user has to change the schema (436, 437),
#: and it is about to apply what is pending (462).
_RIGHT_FOR_MIGRATE: Final = frozenset({436, 437, 462})
#: The directory of the pages, one a rule.
DOCS: Final = "docs/checks"


def register() -> None:
    """Register the checks; :meth:`MssqlOpsConfig.ready` calls it once."""
    checks.register(check_settings, TAG)
    checks.register(check_deployment, TAG, deploy=True)
    # Not under ``mssql`` as well: Django 6.1 names all aliases to every check that a tag asks for.
    checks.register(check_databases, checks.Tags.database)


def check_settings(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The rules about the project and about the settings of every SQL Server alias."""
    _load_urlconf()
    return messages_about(settings)


def _load_urlconf() -> None:
    """Import the views, which the rules about retries ask for.

    Django's own check of the URLs does the same and shows what is wrong with them; but which of the
    two is asked first is decided by the order of a set.
    """
    urlconf = getattr(settings, "ROOT_URLCONF", None)
    if isinstance(urlconf, str):
        with suppress(Exception):
            import_module(urlconf)


def check_deployment(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The rules that make sense in production only; Django asks with ``--deploy``."""
    return messages_about(settings, deploy_only=True)


def check_databases(
    *,
    app_configs: Sequence[AppConfig] | None = None,
    databases: Collection[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """What the servers behind ``databases`` and the ways to them look like.

    ``migrate`` asks this first and goes no further after an error. So an error is only what leaves
    the application unable to work at all; every other one is shown as a warning.
    """
    if not databases:
        return []
    # Imported late, here and below: an app that nobody checks should cost nothing at start.
    from django_mssql_ops.conf import examine_project

    ops = examine_project(settings)[0]
    messages: list[checks.CheckMessage] = []
    for facts in _gathered(databases, ops.engines, ops.timeout):
        messages += map(_message, _worth_stopping_for(facts))
    return messages


def messages_about(
    project_settings: Any, *, deploy_only: bool = False
) -> list[checks.CheckMessage]:
    """What the rules say about a project; its settings are Django's, or look like them."""
    from django_mssql_ops.diagnostics.facts import Project
    from django_mssql_ops.diagnostics.probes.project import probe_project

    project = probe_project(project_settings)
    found = [*_judged(Project(project=project), "project", deploy_only)]
    for facts in _settings_facts(project_settings, project):
        found += _judged(facts, "settings", deploy_only)
    return [_message(finding) for finding in found]


def _settings_facts(project_settings: Any, project: ProjectFacts) -> Iterator[Facts]:
    """The facts of every SQL Server alias that can be read; rule 100 names the others."""
    from django_mssql_ops.conf import examine_project
    from django_mssql_ops.configuration.engines import concerns_sql_server
    from django_mssql_ops.exceptions import ConfigurationError

    databases = project_settings.DATABASES
    engines = examine_project(project_settings)[0].engines
    installed = _InstalledDrivers()
    for alias, entry in databases.items() if isinstance(databases, Mapping) else ():
        engine = entry.get("ENGINE") if isinstance(entry, Mapping) else None
        if not concerns_sql_server(engine, engines):
            continue
        try:
            yield _facts_of(alias, entry, project, installed)
        except ConfigurationError:
            continue


def _facts_of(
    alias: str, entry: Mapping[str, Any], project: ProjectFacts, installed: _InstalledDrivers
) -> Facts:
    from django_mssql_ops.configuration import read_settings
    from django_mssql_ops.diagnostics.facts import Facts

    connection = read_settings(alias, entry)
    facts = Facts(alias=alias, settings=connection, project=project)
    if connection.python_driver != "pyodbc":
        # mssql-python brings its own driver; nobody asks for the registered ones.
        return replace(facts, installed_drivers=(), driver_versions={})
    return replace(facts, installed_drivers=installed.names, driver_versions=installed.versions)


class _InstalledDrivers:
    """What the driver manager has registered, read once and only when an alias needs it."""

    @functools.cached_property
    def _registered(self) -> Fact[tuple[RegisteredDriver, ...]]:
        from django_mssql_ops import odbc
        from django_mssql_ops.diagnostics.facts import Unreadable

        try:
            return tuple(odbc.inventory().drivers)
        except OSError as problem:
            return Unreadable(f"the ODBC configuration could not be read ({problem.strerror})")

    @property
    def names(self) -> Fact[tuple[str, ...]]:
        found = self._registered
        return tuple(driver.name for driver in found) if isinstance(found, tuple) else found

    @functools.cached_property
    def versions(self) -> Fact[Mapping[str, tuple[int, ...]]]:
        """By the name in lower case, as the driver manager compares names; the first one counts."""
        found = self._registered
        if not isinstance(found, tuple):
            return found
        named = ((driver.name.lower(), driver.version) for driver in reversed(found))
        return {name: version for name, version in named if version is not None}


def _judged(subject: Subject, stage: str, deploy_only: bool) -> Iterator[Finding]:
    from django_mssql_ops.diagnostics.registry import rules_of
    from django_mssql_ops.findings import Severity

    for rule in rules_of(stage):
        if rule.deploy_only is deploy_only:
            for finding in rule.findings(subject):
                if finding.severity is not Severity.UNKNOWN:
                    yield finding


def _gathered(
    databases: Collection[str], engines: Collection[str], limit: float
) -> Iterator[Facts]:
    """The facts of those aliases that are SQL Server, one login each."""
    from django_mssql_ops.connections import sql_server_entries
    from django_mssql_ops.diagnostics.probes.project import probe_project
    from django_mssql_ops.diagnostics.run import Options, gather
    from django_mssql_ops.exceptions import ConfigurationError

    try:
        entries = sql_server_entries(None, further_engines=engines)
    except ConfigurationError:  # no alias is SQL Server
        return
    project = probe_project(settings)
    options = Options(limit=limit, without=_MEASUREMENTS)
    rejected: Rejected = {}
    for alias, entry in entries.items():
        if alias not in databases:
            continue
        try:
            yield from gather({alias: entry}, options, project, rejected)
        except ConfigurationError:  # rule 100 says so, or Django cannot load the backend either
            continue


def _worth_stopping_for(facts: Facts) -> Iterator[Finding]:
    """The findings of all stages but the settings', softened to what ``migrate`` should meet."""
    from django_mssql_ops.diagnostics.facts import LoginFacts
    from django_mssql_ops.diagnostics.registry import judge
    from django_mssql_ops.diagnostics.sections import STAGES
    from django_mssql_ops.findings import Severity

    has_login = isinstance(facts.login, LoginFacts) and facts.login.error is None
    advice_is_noise = _in_test_environment()
    for position, stage in enumerate(STAGES):
        # Whatever seemed wrong on the way to a login that succeeded has not kept anybody out.
        may_be_fatal = not has_login or position > STAGES.index("login")
        for finding in judge(facts, stage=stage) if stage != "settings" else ():
            if finding.fatal and may_be_fatal:
                yield finding
            elif advice_is_noise or finding.rule in _RIGHT_FOR_MIGRATE:
                continue
            elif finding.severity in (Severity.ERROR, Severity.WARNING):
                yield replace(finding, severity=Severity.WARNING)


def _in_test_environment() -> bool:
    """Django's test runner is at work: the databases are its own and live for minutes.

    ``django.core.mail.outbox`` is there between ``setup_test_environment()`` and
    ``teardown_test_environment()`` (Django, "Testing tools", e-mail services).
    """
    return hasattr(sys.modules.get("django.core.mail"), "outbox")


def _message(finding: Finding) -> checks.CheckMessage:
    from django_mssql_ops.findings import Severity

    levels = {
        Severity.ERROR: checks.ERROR,
        Severity.WARNING: checks.WARNING,
        Severity.INFO: checks.INFO,
    }
    return checks.CheckMessage(
        levels[finding.severity],
        finding.message,
        hint=_hint(finding),
        obj=finding.subject,
        id=finding.id,
    )


def _hint(finding: Finding) -> str:
    """What to do, the driver's own words on one line, and where the rule is explained."""
    parts = [finding.hint]
    if finding.driver_text:
        parts.append(f"The driver says: {' '.join(finding.driver_text.split())}")
    parts.append(f"See {DOCS}/{finding.rule}-{finding.slug}.md")
    return " ".join(filter(None, parts))
