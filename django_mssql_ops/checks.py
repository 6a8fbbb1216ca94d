"""The settings rules as Django system checks, under the tag ``mssql``.

No check opens a connection or imports a driver: ``DATABASES`` is read, and the names of the
registered ODBC drivers when an alias needs one. Rules about deployment run with
``check --deploy`` only. A finding of severity UNKNOWN is not shown here, as nobody can act on it
at this point; ``mssql_check`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

if TYPE_CHECKING:
    from django_mssql_ops.diagnostics.facts import Fact
    from django_mssql_ops.diagnostics.registry import Rule
    from django_mssql_ops.findings import Finding

TAG: Final = "mssql"
DOCS: Final = "docs/checks.md"

#: DATABASES or MSSQL_OPS cannot be read at all, so no rule can be asked. No rule has this number.
MALFORMED_ID: Final = "mssql_ops.E100"
_MALFORMED_SLUG: Final = "settings-malformed"


def register() -> None:
    """Register the checks; :meth:`MssqlOpsConfig.ready` calls it once."""
    checks.register(check_settings, TAG)
    checks.register(check_deployment, TAG, deploy=True)


def check_settings(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The settings rules on every SQL Server alias, and whether the settings can be read."""
    # Imported late, here and below: an app that nobody checks should cost nothing at start.
    from django_mssql_ops.conf import SETTING, ops_settings
    from django_mssql_ops.exceptions import ConfigurationError

    try:
        engines = ops_settings().engines
    except ConfigurationError as problem:
        return [_malformed(SETTING, problem), *messages_about(settings.DATABASES, ())]
    return messages_about(settings.DATABASES, engines)


def check_deployment(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The rules that make sense in production only; Django asks with ``--deploy``."""
    from django_mssql_ops.conf import ops_settings
    from django_mssql_ops.exceptions import ConfigurationError

    try:
        engines = ops_settings().engines
    except ConfigurationError:
        return []  # check_settings says so
    messages = messages_about(settings.DATABASES, engines, deploy_only=True)
    return [message for message in messages if message.id != MALFORMED_ID]


def messages_about(
    databases: object, engines: Sequence[str], *, deploy_only: bool = False
) -> list[checks.CheckMessage]:
    """What the rules say about a ``DATABASES``; ``engines`` are further names of SQL Server."""
    from django_mssql_ops.exceptions import ConfigurationError

    if not isinstance(databases, Mapping):
        problem = f"DATABASES is a {type(databases).__name__}; it must be a dict"
        return [_malformed("DATABASES", problem)]
    installed = _InstalledDrivers()
    messages: list[checks.CheckMessage] = []
    for alias, entry in databases.items():
        try:
            messages += _alias_messages(alias, entry, engines, installed, deploy_only)
        except ConfigurationError as problem:
            messages.append(_malformed(str(alias), problem))
    return messages


class _InstalledDrivers:
    """The names of the registered ODBC drivers, read once and only when an alias needs them."""

    def __init__(self) -> None:
        self._names: Fact[tuple[str, ...]] | None = None

    def read(self) -> Fact[tuple[str, ...]]:
        if self._names is None:
            self._names = self._read_now()
        return self._names

    @staticmethod
    def _read_now() -> Fact[tuple[str, ...]]:
        from django_mssql_ops import odbc
        from django_mssql_ops.diagnostics.facts import Unreadable

        try:
            return tuple(driver.name for driver in odbc.inventory().drivers)
        except OSError as problem:
            return Unreadable(f"the ODBC configuration could not be read ({problem.strerror})")


def _alias_messages(
    alias: str,
    entry: object,
    engines: Sequence[str],
    installed: _InstalledDrivers,
    deploy_only: bool,
) -> Iterator[checks.CheckMessage]:
    from django_mssql_ops.configuration import read_settings
    from django_mssql_ops.configuration.engines import concerns_sql_server
    from django_mssql_ops.configuration.entry import mapping_at
    from django_mssql_ops.diagnostics.facts import Facts

    values = mapping_at(f"DATABASES[{alias!r}]", entry)
    if not concerns_sql_server(values.get("ENGINE"), engines):
        return
    connection = read_settings(alias, values)
    # mssql-python brings its own driver; nobody asks for the registered ones.
    drivers = installed.read() if connection.python_driver == "pyodbc" else ()
    facts = Facts(alias=alias, settings=connection, installed_drivers=drivers)
    for rule in _rules(deploy_only=deploy_only):
        for finding in rule.findings(facts):
            yield from _shown(finding)


def _rules(*, deploy_only: bool) -> Iterator[Rule]:
    from django_mssql_ops.diagnostics.registry import all_rules

    for rule in all_rules():
        if rule.stage == "settings" and rule.deploy_only is deploy_only:
            yield rule


def _shown(finding: Finding) -> Iterator[checks.CheckMessage]:
    from django_mssql_ops.findings import Severity

    levels = {
        Severity.ERROR: checks.ERROR,
        Severity.WARNING: checks.WARNING,
        Severity.INFO: checks.INFO,
    }
    if finding.severity in levels:
        yield checks.CheckMessage(
            levels[finding.severity],
            finding.message,
            hint=_with_anchor(finding.hint, finding.rule, finding.slug),
            obj=finding.subject,
            id=finding.id,
        )


def _malformed(subject: str, problem: object) -> checks.CheckMessage:
    return checks.Error(
        str(problem),
        hint=_with_anchor(
            "Correct the setting; nothing else about it was checked.", 100, _MALFORMED_SLUG
        ),
        obj=subject,
        id=MALFORMED_ID,
    )


def _with_anchor(hint: str, number: int, slug: str) -> str:
    return f"{hint} See {DOCS}#{number}-{slug}".strip()
