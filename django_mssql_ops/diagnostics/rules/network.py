"""Name, address, port: what the driver reports as one "Login timeout expired" on Linux."""

from __future__ import annotations

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import (
    BrowserFacts,
    DnsFacts,
    Facts,
    Outcome,
    PreloginFacts,
    TcpFacts,
)
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule

_REMEDIES = {
    Outcome.REFUSED: (
        "The machine answers but nothing listens on that port: start the server, enable TCP/IP "
        "for it, or correct HOST and PORT (SQL Server's default is 1433)."
    ),
    Outcome.TIMED_OUT: (
        "Packets are dropped on the way: open the port in the firewall, security group or VPN "
        "between this machine and the server, and check the route."
    ),
    Outcome.UNREACHABLE: (
        "This machine has no route to that address: check the network, the VPN, and whether the "
        "name should resolve to another (private) address."
    ),
}

_PRELOGIN_REMEDIES = {
    Outcome.SILENT: (
        "Something accepts connections and says nothing: a load balancer without a back end, a "
        "server that is still starting or overloaded, or another service on this port."
    ),
    Outcome.RESET: (
        "The connection is cut before any credentials are sent: a firewall or proxy that does "
        "not let TDS through, or a server that is shutting down."
    ),
    Outcome.CLOSED: (
        "The server hung up on the first question: a load balancer without a back end, a server "
        "that is still starting, or one too old for this driver."
    ),
    Outcome.NOT_TDS: "Another service listens there: correct HOST and PORT.",
}


@rule(469, "no-address", stage="dns", needs=("settings",))
def no_address(_facts: Facts, settings: ConnectionSettings) -> Verdicts:
    """`HOST` and `PORT` name no server that could be asked.

    So nothing was asked: for example `db:1433` (the driver wants `db,1433`, Django wants `PORT`), a
    port that is no number, or an IPv6 address in brackets. The finding says which. Write the host
    name into `HOST`, and the port into `PORT` when it is not 1433.

    Source: SERVER forms tried one by one with msodbcsql 18.6.2.1 through unixODBC 2.3.11.
    """
    if settings.target is None and not settings.dsn:
        yield error(
            f"HOST and PORT name no server that can be reached: {settings.target_problem}",
            hint="Write the host name into HOST and the port, when it is not 1433, into PORT.",
        )


@rule(401, "dns", stage="dns", needs=("dns",))
def dns(_facts: Facts, found: DnsFacts) -> Verdicts:
    """The name in `HOST` has no address on this machine.

    Either the resolver says that there is no such name: correct `HOST`, or make the name known on
    this machine, for example through the DNS zone of a private endpoint, a search domain or
    /etc/hosts. Or the name servers gave no answer: then the name may be right, and /etc/resolv.conf
    or the network is not.

    On Linux the driver says "Login timeout expired" about it, after its whole login time-out.

    Source: `getaddrinfo(3)`; the driver's words measured with msodbcsql 18.6.2.1 on Linux.
    """
    if found.outcome in (Outcome.TIMED_OUT, Outcome.FAILED):
        yield error(
            f"the name {found.host!r} was not resolved: {found.error}",
            hint="The DNS servers of this machine gave no answer: check /etc/resolv.conf and the "
            "network; if they do answer for other names, check HOST.",
            fatal=True,
        )
    elif found.outcome is not Outcome.OK:
        yield error(
            f"the name {found.host!r} does not resolve: {found.error}",
            hint="Correct HOST, or make the name known here: DNS zone, private endpoint zone, "
            "search domain, /etc/hosts.",
            fatal=True,
        )


@rule(402, "tcp", stage="tcp", needs=("tcp",))
def tcp(_facts: Facts, found: TcpFacts) -> Verdicts:
    """No address of the host accepts a TCP connection.

    What to do depends on how each one failed:

    - refused: the machine answers, and nothing listens on that port. Start SQL Server, enable
      TCP/IP for it, or correct `PORT`.
    - timed out: packets are dropped on the way. Open the port in the firewall, security group or
      VPN.
    - unreachable: this machine has no route there. Often the name resolves to a public address
      where a private one is meant, or the other way round.

    One address that accepts is enough. On Linux the driver says "Login timeout expired" about all
    three.

    Source: `connect(2)`; the driver's words measured with msodbcsql 18.6.2.1 on Linux.
    """
    if found.reached is not None:
        return
    outcomes = {attempt.outcome for attempt in found.attempts}
    tried = ", ".join(f"{a.address} {a.outcome.value}" for a in found.attempts)
    remedies = [text for outcome, text in _REMEDIES.items() if outcome in outcomes]
    yield error(
        f"no address accepts a connection on port {found.port}: {tried}",
        hint=" ".join(remedies) or "Check HOST, PORT and the network between the two machines.",
        fatal=True,
    )


@rule(467, "browser", stage="browser", needs=("browser",))
def browser(_facts: Facts, found: BrowserFacts) -> Verdicts:
    """SQL Server Browser does not tell the port of the instance that `HOST` names.

    There is no `PORT`, so the driver asks Browser at UDP port 1434. Firewalls rarely let that port
    through, and instances with dynamic ports move after a restart. Give the instance a fixed port
    and set `PORT`; the driver then asks nobody.

    Source: MS-SQLR (SQL Server Resolution Protocol) 2.2.3 and 2.2.5; that the port wins was
    measured with msodbcsql 18.6.2.1.
    """
    if found.outcome is not Outcome.OK:
        yield error(
            f"SQL Server Browser at {found.host} does not tell the port of instance "
            f"{found.instance!r}: {found.error or found.outcome.value}",
            hint="Give the instance a fixed port and set PORT, or start the SQL Server Browser "
            "service and let UDP port 1434 through.",
            fatal=True,
        )


@rule(464, "prelogin", stage="prelogin", needs=("prelogin",))
def prelogin(facts: Facts, found: PreloginFacts) -> Verdicts:
    """Something accepts connections on that port and does not answer as SQL Server does.

    How it behaves tells what it may be:

    - it stays silent: a load balancer without a back end, a server that is starting or overloaded;
    - it resets the connection: a firewall or proxy that inspects the first packet, a server that is
      shutting down;
    - it hangs up: the same, or a server too old for the driver;
    - it answers something else: the first bytes are shown, and often name the service.

    The same number says that the server on that port is another instance than the one in `HOST`.
    With a port the driver does not ask for the instance, so the wrong database may be used without
    any error.

    Source: MS-TDS 2.2.6.5.
    """
    if found.outcome is not Outcome.OK:
        yield error(
            f"{facts.settings.target} accepts connections but does not answer as SQL Server does: "
            f"{found.error}",
            hint=_PRELOGIN_REMEDIES.get(found.outcome, "Check what listens on that port."),
            fatal=True,
        )
    elif found.instance_matches is False and facts.settings.target is not None:
        yield error(
            f"the server on that port is not the instance {facts.settings.target.instance!r}",
            hint="Correct the port, or drop the instance name: the port decides.",
        )


@rule(468, "encryption-offer", stage="prelogin", needs=("prelogin.encryption",))
def encryption_offer(facts: Facts, offered: str) -> Verdicts:
    """The server does not support encryption, and the settings ask for it.

    The driver ends with "Encryption not supported on SQL Server". Give the server a certificate.
    `Encrypt=no` connects, and sends every query, every row and the password, which is only
    obfuscated, in plain text.

    Source: MS-TDS 2.2.6.5; measured with msodbcsql 18.6.2.1 (08001, native error 20).
    """
    if offered == "NOT_SUP" and facts.settings.encrypt != "no":
        yield error(
            "the server does not support encryption and the settings require it "
            f"(Encrypt={facts.settings.encrypt_value or 'yes, by default'})",
            hint="Give the server a certificate; Encrypt=no in extra_params would send every "
            "query and row in plain text.",
            fatal=True,
        )
