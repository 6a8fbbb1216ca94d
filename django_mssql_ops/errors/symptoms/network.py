"""The way to the server: names, ports, firewalls, and whatever else listens there."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

#: The front of what sqlcmd says since it is written in Go.
_GO: Final = r"unable to open tcp connection with host .{1,300}"
_PROBE: Final = "Run manage.py mssql_check: it asks the name, the port and TLS one by one."


def _code(number: int, hexadecimal: str) -> tuple[Clue, Clue]:
    """A number of the driver's network layer; as text where nobody says whose text it is."""
    return (
        Clue(numbers=frozenset({number}), origin="client"),
        Clue(text=rf"TCP Provider: Error code 0x0*{hexadecimal}\b", origin="client"),
    )


ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=16,
        slug="login-timeout",
        meaning=(
            "The driver could not reach the server or got no answer within the login timeout. On "
            "Linux and macOS pyodbc says the same for a refused port, an unknown host name, a "
            "firewall that drops packets, a wrong HOST and an unknown instance."
        ),
        remedies=(
            _PROBE,
            "Look at HOST: a port after a colon (host:1433), tcp: or np: in front, or a named "
            "instance without SQL Server Browser all end like this; the port belongs in PORT.",
            "Try the port from the same machine or container: nc -vz HOST 1433.",
            "The same connection through mssql-python names the cause as an error code.",
        ),
        links=(pages.NETWORK, pages.TROUBLESHOOTING, f"{pages.BACKEND_ISSUES}/114"),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"Login timeout expired", origin="client"),
            Clue(sqlstates=frozenset({"HYT00", "S1T00"}), phase=Phase.CONNECT),
            # All that the driver '{SQL Server}' of old Windows says, whatever the cause.
            Clue(text=r"SQL Server does not exist or access denied", origin="client"),
            Clue(numbers=frozenset({17}), origin="client"),
        ),
    ),
    Symptom(
        number=17,
        slug="port-refused",
        meaning="Nothing listens on that port of the server, or a firewall refuses it.",
        remedies=(
            "Start SQL Server, and enable TCP/IP for it in SQL Server Configuration Manager.",
            "Compare PORT with the port that SQL Server listens on; it writes it to its error log "
            "when it starts.",
            "Open the port in the server's firewall.",
        ),
        links=(pages.NETWORK, pages.TROUBLESHOOTING),
        evidence=Evidence.MEASURED,
        clues=(
            # 0x2749 is Winsock's "not connected"; the driver says it on Linux of a refused port.
            *_code(10057, "2749"),
            *_code(111, "6F"),
            Clue(text=r"TCP Provider: Error code 0x0*274D\b", numbers=frozenset({10061})),
            Clue(text=r"TCP Provider: Error code 0x0*274D\b", origin="client"),
            Clue(text=rf"{_GO}connection refused"),
        ),
    ),
    Symptom(
        number=18,
        slug="host-unknown",
        meaning="The name in HOST cannot be resolved to an address.",
        remedies=(
            "Correct HOST; a port, a protocol or an instance in it may be taken for the name.",
            "Resolve it on the same machine or in the same container: getent hosts HOST.",
            "For a private endpoint, link the privatelink DNS zone to the client's network.",
        ),
        links=(pages.NETWORK, pages.TROUBLESHOOTING),
        evidence=Evidence.MEASURED,
        clues=(
            *_code(11001, "2AF9"),
            Clue(text=r"No such host is known", origin="client"),
            Clue(text=rf"{_GO}no such host"),
        ),
    ),
    Symptom(
        number=19,
        slug="port-refused-on-windows",
        meaning=(
            "Nothing listens on that port, or a firewall refuses it. The records that Windows "
            "adds behind the first one, 'Login timeout expired' and 'Invalid connection string "
            "attribute', are not the cause."
        ),
        remedies=(
            "Start SQL Server, and enable TCP/IP for it in SQL Server Configuration Manager.",
            "Compare PORT with the port that SQL Server listens on, and open it in the firewall.",
            _PROBE,
        ),
        links=(pages.NETWORK, pages.TROUBLESHOOTING),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(numbers=frozenset({1225, 10061}), origin="client"),
            Clue(text=r"machine actively refused it", origin="client"),
            Clue(text=r"network-related or", origin="client"),
        ),
    ),
    Symptom(
        number=20,
        slug="packets-dropped",
        meaning=(
            "The server's address does not answer at all: a firewall, a network security group "
            "or a missing route drops the packets."
        ),
        remedies=(
            "Allow the client's address and the port in every firewall between the two.",
            "A Managed Instance's public endpoint has port 3342, and its redirect policy needs "
            "11000 to 11999 as well.",
            _PROBE,
        ),
        links=(pages.NETWORK, pages.AZURE),
        evidence=Evidence.REPORTED,
        clues=(
            *_code(10060, "274C"),
            *_code(110, "6E"),
            *_code(113, "71"),
            Clue(text=r"connected party did not properly respond", origin="client"),
            Clue(text=rf"{_GO}i/o timeout"),
        ),
    ),
    Symptom(
        number=21,
        slug="named-pipes",
        meaning=(
            "The client tried named pipes, because HOST demands them or TCP had failed before: "
            "the name does not resolve, or the port is closed."
        ),
        remedies=(
            "Set PORT, which makes the driver use TCP, and leave np: and \\\\ out of HOST.",
            "Enable TCP/IP for the instance in SQL Server Configuration Manager.",
            _PROBE,
        ),
        links=(pages.NETWORK,),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(
                text=r"Named Pipes Provider: Could not open a connection to SQL Server",
                origin="client",
            ),
            Clue(text=r"Named Pipes Provider", origin="client"),
            # The rest of the sentence may be in another language: Named Pipes-Anbieter.
            Clue(text=r"Named Pipes", numbers=frozenset({2, 40, 53, 67})),
            Clue(numbers=frozenset({53, 67}), origin="client"),
            Clue(numbers=frozenset({2}), sqlstates=frozenset({"08001"}), origin="client"),
        ),
    ),
    Symptom(
        number=22,
        slug="instance-not-found",
        meaning=(
            "The port of the named instance could not be found out: SQL Server Browser does not "
            "run, UDP port 1434 is closed, or there is no instance of that name."
        ),
        remedies=(
            "Give the instance's port in PORT and leave \\INSTANCE out of HOST.",
            "Or start SQL Server Browser and open UDP port 1434.",
            "mssql-django writes HOST\\INSTANCE,PORT when PORT is set, and then the port alone "
            "decides: look whether it is that instance's.",
        ),
        links=(
            pages.NETWORK,
            f"{pages.PYODBC_ISSUES}/537",
            f"{pages.PHP_ISSUES}/442",
            f"{pages.PHP_ISSUES}/927",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"Error Locating Server/Instance Specified", origin="client"),
            Clue(text=r"MAX_PROVS: ", origin="client"),
        ),
    ),
    Symptom(
        number=28,
        slug="server-silent",
        meaning=(
            "The connection was made and the server says nothing: it is overloaded, a serverless "
            "database is resuming, a VPN cuts large packets, or another service has the port."
        ),
        remedies=(
            "Raise OPTIONS['connection_timeout'] to 30 seconds or more for Azure SQL Database.",
            _PROBE,
            "In a VPN or an overlay network, try a smaller MTU.",
        ),
        links=(f"{pages.PYODBC_ISSUES}/1319", pages.AZURE),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"Timeout error \[258\]", origin="client"),
            Clue(numbers=frozenset({258}), origin="client"),
            Clue(text=r"delay in (?:prelogin|login|opening server)", origin="client"),
            Clue(text=r"timeout period elapsed .{1,60}(?:pre-|post-)login"),
        ),
    ),
    Symptom(
        number=29,
        slug="closed-before-login",
        meaning=(
            "The connection was accepted and closed before the login: a load balancer without a "
            "server behind it, a container that is still starting, or a server that is much too "
            "old or too busy."
        ),
        remedies=(
            "Wait until SQL Server says 'ready for client connections' in its error log.",
            "Look at the load balancer's or proxy's back ends.",
            _PROBE,
        ),
        links=(pages.NETWORK, pages.DRIVER_TROUBLESHOOTING),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(numbers=frozenset({26}), origin="client"),
            Clue(text=r"error was encountered during handshakes before login", origin="client"),
        ),
    ),
    Symptom(
        number=30,
        slug="not-sql-server",
        meaning=(
            "What answers on that port does not speak SQL Server's protocol: a web server, a "
            "proxy, another database."
        ),
        remedies=("Correct HOST and PORT.", _PROBE),
        links=(pages.TROUBLESHOOTING,),
        evidence=Evidence.MEASURED,
        clues=(Clue(text=r"Protocol error in TDS stream", origin="client"),),
    ),
    Symptom(
        number=34,
        slug="too-many-connections",
        meaning=(
            "The server has as many connections as it may have: more clients than planned, or "
            "connections that are never closed."
        ),
        remedies=(
            "Count them by program_name and host_name in sys.dm_exec_sessions, and close what "
            "leaks.",
            "Lower the number of workers, or let CONN_MAX_AGE end idle connections.",
            "Raise the server's option 'user connections' if somebody has limited it.",
        ),
        links=(pages.USER_CONNECTIONS,),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(numbers=frozenset({17809}), origin="server"),
            Clue(
                text=r"maximum number of '.{1,20}?' user connections has already been reached",
                origin="server",
            ),
        ),
    ),
)
