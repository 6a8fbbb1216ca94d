"""Whom the health pages show their details, and whether a probe can be trusted."""

from __future__ import annotations

import ipaddress
from typing import Final

from django_mssql_ops.diagnostics.facts import HealthUse, Project
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_LOOPBACK: Final = tuple(map(ipaddress.ip_address, ("127.0.0.1", "::1")))


@rule(701, "health-open-to-all", stage="project", needs=("project.health.networks",))
def health_open_to_all(facts: Project, networks: tuple[str, ...]) -> Verdicts:
    """`HEALTH["NETWORKS"]` admits every address to the details of the health pages.

    `0.0.0.0/0` and `::/0` hold all addresses there are, so that `/health/` shows everybody what it
    shows: which databases there are by their aliases, whether they answer, how many sessions they
    have and when a certificate expires. No host, user or password is among it, but it tells when an
    attack works.

    Name the networks of your monitoring, or give it a token: `HEALTH["TOKENS"]`.

    Source: django_mssql_ops, docs/health.md.
    """
    for network in networks:
        if ipaddress.ip_network(network).prefixlen == 0:
            yield warning(
                f"MSSQL_OPS['HEALTH']['NETWORKS'] has {network}: everybody may see the details",
                hint="Name the networks of your monitoring, or use TOKENS.",
                about=network,
            )


@rule(
    702,
    "health-proxy-admitted",
    stage="project",
    needs=("project.health",),
    deploy_only=True,
)
def health_proxy_admitted(facts: Project, use: HealthUse) -> Verdicts:
    """`HEALTH["NETWORKS"]` admits this machine, and a proxy stands in front.

    The address that counts is the one the connection comes from, because anyone can write a header.
    Where the proxy runs on the same machine that address is 127.0.0.1 for every request, whoever
    sent it, and everybody may see the details. That there is a proxy is read from
    `SECURE_PROXY_SSL_HEADER` or `USE_X_FORWARDED_HOST`; where it runs is not known, so leave the
    rule out when it is another machine. (A server behind a Unix socket has no address to compare,
    and admits nobody by `NETWORKS`.)

    Use `HEALTH["TOKENS"]`, or keep `/health/` out of what the proxy passes on.

    Source: Django, "Request and response objects", REMOTE_ADDR; django_mssql_ops, docs/health.md.
    """
    if not use.has_proxy:
        return
    for network in use.networks:
        parsed = ipaddress.ip_network(network)
        if parsed.prefixlen and any(address in parsed for address in _LOOPBACK):
            yield warning(
                f"MSSQL_OPS['HEALTH']['NETWORKS'] has {network}, and a proxy stands in front: if "
                "that runs on this machine, every request comes from there",
                hint="Use TOKENS, or keep the page out of what the proxy passes on.",
                about=network,
            )


@rule(703, "health-alias-unknown", stage="project", needs=("project.health.strangers",))
def health_alias_unknown(facts: Project, strangers: tuple[str, ...]) -> Verdicts:
    """`HEALTH["DATABASES"]` names what is no alias of SQL Server.

    The alias was renamed, or its engine is another one that `MSSQL_OPS["ENGINES"]` does not name.
    Whoever asks `/ready/` is told "unavailable" whatever the databases do, and no machine gets into
    service.

    Correct the name, or take it out: without `DATABASES` all aliases of SQL Server are asked.

    Source: django_mssql_ops, docs/health.md.
    """
    for name in strangers:
        yield error(
            f"MSSQL_OPS['HEALTH']['DATABASES'] has {name!r}, which is no alias of SQL Server: "
            "ready/ is never ready",
            hint="Correct the name or take it out.",
            about=name,
        )


@rule(704, "health-redirected", stage="project", needs=("project.health.redirected",))
def health_redirected(facts: Project, paths: tuple[str, ...]) -> Verdicts:
    """`SECURE_SSL_REDIRECT` redirects the probes, and a redirect is no answer.

    A kubelet asks over HTTP unless it is told otherwise, and Django answers 301 before the view is
    called. The kubelet counts every status from 200 to 399 as success, and follows a redirect only
    to the same host: with the site's own name in the `Host` header the probe never fails, whatever
    the database does; with the pod's address it follows to a port that speaks no TLS, and never
    succeeds. A load balancer that wants 200 takes every machine out of service.

    Take the probes out of it, `SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)/$"]`, or let them
    send what `SECURE_PROXY_SSL_HEADER` expects, `X-Forwarded-Proto: https`, and leave this rule
    out.

    The rule looks at the URLconf where something has loaded it, as `manage.py check` does.

    Source: Django, "Security middleware"; Kubernetes, "Configure Liveness, Readiness and Startup
    Probes", HTTP probes; not measured.
    """
    for path in paths:
        yield warning(
            f"SECURE_SSL_REDIRECT redirects /{path} when it is asked for over HTTP: a probe never "
            "sees what it says",
            hint="Add it to SECURE_REDIRECT_EXEMPT, or let the probe send X-Forwarded-Proto: https "
            "where SECURE_PROXY_SSL_HEADER expects it.",
            about=path,
        )
