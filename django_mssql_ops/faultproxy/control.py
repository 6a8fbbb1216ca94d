"""The control channel of a proxy in a process of its own: one JSON object a line, both ways.

A command is ``{"do": "arm", …}``; its answer ``{"ok": …}``, or ``{"error": "one sentence"}``. The
first line says which server, and its answer which port. When the channel ends the proxy ends.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from django_mssql_ops.exceptions import ConfigurationError, MssqlOpsError
from django_mssql_ops.faultproxy.plan import from_json
from django_mssql_ops.faultproxy.server import ProxyServer
from django_mssql_ops.faultproxy.upstream import Upstream

#: Characters of one line; a thousand injections stay below.
MAX_LINE: Final = 4_000_000
#: Events in one answer.
MAX_EVENTS: Final = 2_000

Json = dict[str, Any]


class Output(Protocol):
    """Where answers go."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


def serve(lines: Iterable[str], output: Output) -> int:
    """Run a proxy as ``lines`` say, until there are no more; an exit code."""
    source = iter(lines)
    try:
        server = _server(next(source, "{}"))
        server.start()
    except MssqlOpsError as error:
        _say(output, {"error": str(error)})
        return 2
    try:
        certificate = server.certificate.decode("ascii")
        _say(output, {"ok": {"port": server.port, "certificate": certificate}})
        for line in source:
            _say(output, _answer(server, line))
    finally:
        server.stop()
    return 0


def _server(line: str) -> ProxyServer:
    told = json.loads(line)
    return ProxyServer(
        Upstream(**told["upstream"]),
        port=told["port"],
        tls=told["tls"],
        max_connections=told["max_connections"],
    )


def _say(output: Output, answer: Json) -> None:
    output.write(json.dumps(answer) + "\n")
    output.flush()


def _answer(server: ProxyServer, line: str) -> Json:
    try:
        command = json.loads(line[:MAX_LINE])
        return {"ok": _COMMANDS[command["do"]](server, command)}
    except MssqlOpsError as error:
        return {"error": str(error)}
    except (KeyError, TypeError, ValueError):
        return {"error": "this is no command of the proxy's control channel"}


def _arm(server: ProxyServer, command: Json) -> None:
    plan = from_json(command["plan"])
    if plan.seed is None:
        raise ConfigurationError("a plan to arm needs a seed")
    server.arm(plan.injections, seed=plan.seed, alias=command["alias"])


def _disarm(server: ProxyServer, command: Json) -> None:
    server.disarm()


def _release(server: ProxyServer, command: Json) -> None:
    server.release()


def _cut(server: ProxyServer, command: Json) -> None:
    server.cut()


def _events(server: ProxyServer, command: Json) -> list[Json]:
    return [dataclasses.asdict(event) for event in server.events(command["since"])[:MAX_EVENTS]]


def _stats(server: ProxyServer, command: Json) -> Json:
    return dataclasses.asdict(server.stats())


_COMMANDS: Final[dict[str, Callable[[ProxyServer, Json], object]]] = {
    "arm": _arm,
    "cut": _cut,
    "disarm": _disarm,
    "events": _events,
    "release": _release,
    "stats": _stats,
}
