"""Writes docs/faults.md from the faults, the points and the trigger themselves.

``python -m tests.fault_page`` runs it; tests/faultproxy/test_fault_page.py fails when the page is
not what they say.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.injections import ALWAYS
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.parameters import Parameter, parameters_of
from django_mssql_ops.faultproxy.registry import all_faults
from django_mssql_ops.faultproxy.triggers import Trigger

PAGE: Final = Path(__file__).parent.parent / "docs" / "faults.md"

_INTRODUCTION: Final = """\
# Faults, points and triggers

<!-- Written by `python -m tests.fault_page` from django_mssql_ops/faultproxy: edit that. -->

A fault proxy stands between a driver and its server and makes one thing go wrong at one moment. A
*fault* says what, a *trigger* says when. Together they are an *injection*, written as one table of
a plan: `fault` is the name, the keys of the trigger stand beside it, and all other keys are the
parameters of the fault.

```toml
seed = 7

[[injection]]
fault = "server-error"
number = 40613
point = "login"
count = 2

[[injection]]
fault = "reset"
point = "commit"
when = "after"
nth = 3
```

A plan for `mssql_retrytest` has scenarios instead, each with injections of its own. `expect` is the
verdict with which it holds, and `writes = true` keeps it out of runs that may only read.

```toml
[[scenario]]
name = "slow failover"
expect = "survived"
writes = true

    [[scenario.injection]]
    fault = "error-storm"
    seconds = 20
```

The same plan with the same seed does the same again for the same sequence of connections and
requests. A plan that cannot be, such as a fault where it makes no sense, is refused in one sentence
with its place, before anything is touched.
"""

_POINTS_ARE: Final = {
    Point.ACCEPT: "the connection was accepted",
    Point.PRELOGIN: "the driver has sent its PRELOGIN",
    Point.TLS: "the driver begins the TLS handshake; only with a driver that encrypts",
    Point.LOGIN: "the driver has sent its LOGIN7",
    Point.BEGIN: "a transaction is to begin",
    Point.REQUEST: "the application has sent a batch or a procedure call",
    Point.HOUSEKEEPING: "driver or backend have sent a request of their own, such as "
    "`SELECT @@TRANCOUNT` or `SET DATEFORMAT`",
    Point.REPLY: "the server begins to answer a request",
    Point.COMMIT: "a transaction in which a request was answered is to be committed",
    Point.EMPTY_COMMIT: "one in which none was; one follows every `atomic()` block",
    Point.ROLLBACK: "a transaction is to be rolled back",
    Point.ATTENTION: "the driver cancels a request, at its query time-out for example",
    Point.IDLE: "nothing has been said for a while; it is passed again and again",
}


def page() -> str:
    """The whole text."""
    faults = all_faults().values()
    blocks = [
        _INTRODUCTION.rstrip(),
        "## Points",
        _table(("point", "when it is passed"), ((f"`{p.value}`", _POINTS_ARE[p]) for p in Point)),
        "## Triggers",
        "Everything that is given has to be true. Moments count over all connections of a run.",
        _table(("key", "what it says", "default"), _trigger_rows()),
        "## All faults",
        _table(("fault", "what happens"), (_row(cls) for cls in faults)),
        *(_section(cls) for cls in faults),
    ]
    return "\n\n".join(blocks) + "\n"


def write() -> None:
    PAGE.write_text(page(), encoding="utf-8")


_POINT_ROW: Final = (
    "`point`",
    "one point or a list of them",
    "the first one of the fault",
)


def _row(cls: type[Fault]) -> tuple[str, str]:
    return f"[{cls.name}](#{cls.name})", cls.summary


def _section(cls: type[Fault]) -> str:
    points = ", ".join(f"`{point.value}`" for point in cls.points)
    often = "once" if cls.count == 1 else "always"
    blocks = [f"## {cls.name}", inspect.cleandoc(cls.__doc__ or "")]
    blocks.append(f"Strikes {often} by default. Points: {points}.")
    parameters = _parameters(cls)
    if parameters:
        blocks.append(_table(("parameter", "what it says", "default"), parameters))
    return "\n\n".join(blocks)


def _trigger_rows() -> list[tuple[str, str, str]]:
    count = ("`count`", f'how often, or `"{ALWAYS}"`', "as often as the fault does by itself")
    rows = _parameters(Trigger)
    return [_POINT_ROW, *(count if row[0] == count[0] else row for row in rows)]


def _parameters(owner: Any) -> list[tuple[str, str, str]]:
    return [
        (f"`{field.name}`", _meaning(parameter), _default(field, parameter))
        for field, parameter in parameters_of(owner)
    ]


def _meaning(parameter: Parameter) -> str:
    says = parameter.meaning.partition(";")[0]
    return f"{says} ({parameter.allowed})"


def _default(field: dataclasses.Field[Any], parameter: Parameter) -> str:
    if field.default is dataclasses.MISSING:
        return "has to be given"
    if field.default in (None, ""):
        return parameter.meaning.partition("; ")[2] or "any"
    return f"`{str(field.default).lower()}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    write()
