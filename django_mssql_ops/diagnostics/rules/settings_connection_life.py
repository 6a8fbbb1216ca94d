"""How long Django keeps a connection: CONN_MAX_AGE and CONN_HEALTH_CHECKS."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(178, "conn-age-no-health", stage="settings", needs=("settings.conn_max_age",))
def conn_age_no_health(facts: Facts, age: float | None) -> Verdicts:
    """Connections are kept between requests and nobody asks whether they still work.

    After a failover, a restart of the server or a firewall that forgot an idle connection, the
    connection that Django has kept is dead. Without `CONN_HEALTH_CHECKS` the next request finds out
    by failing: one error for every worker and alias. With it Django asks once per request, with
    `SELECT 1`, and connects anew where there is no answer.

        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,

    Source: Django, "Databases", persistent connections; Microsoft, "Retry logic" for mssql-django.
    """
    if (age is None or age > 0) and not facts.settings.conn_health_checks:
        yield warning(
            f"{facts.setting('CONN_HEALTH_CHECKS')} is not True although CONN_MAX_AGE "
            "keeps connections: after a failover every worker's next request fails",
            hint="Set CONN_HEALTH_CHECKS to True.",
        )


@rule(179, "conn-age-unlimited", stage="settings", needs=("settings.conn_max_age",))
def conn_age_unlimited(facts: Facts, age: float | None) -> Verdicts:
    """`CONN_MAX_AGE` is None: a connection lives as long as its worker.

    Such a connection is given up only when it fails. Whatever has changed since it was made, the
    server behind the name, the credentials in the settings, the token, is noticed by nobody until
    then, and then by all workers at once. A limit costs one login per worker and period. For a web
    application 600 seconds are usual; more than an hour needs a load test.

    Source: Microsoft, "Retry logic" and "Connection pooling" for mssql-django.
    """
    if age is None:
        yield warning(
            f"{facts.setting('CONN_MAX_AGE')} is None: connections are never renewed",
            hint="Set it to a number of seconds, for example 600.",
        )
