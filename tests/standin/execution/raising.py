"""PRINT, RAISERROR and THROW (Microsoft Learn, the pages of the same names)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tests.standin.engine import Failure, Notice, Result, StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.execution.batch import Batch
from tests.standin.execution.conversions import converted
from tests.standin.execution.handlers import executes
from tests.standin.sqltypes.sql_type import INT, nvarchar
from tests.standin.tsql import nodes

#: What RAISERROR with a text raises, and the least number THROW accepts.
USER_ERROR: Final = 50000
#: From this severity on RAISERROR is an error; below it is a message.
FIRST_ERROR_SEVERITY: Final = 11
#: Characters of a PRINT or RAISERROR text.
_PRINTED: Final = 4000
_RAISED: Final = 2047
_FORMAT: Final = re.compile(r"%[-+0# ]*\d*(?:\.\d+)?(?:[hl]|I64)?([diuoxXs%])")


def _text(batch: Batch, value: nodes.SqlText, length: int = _PRINTED) -> str:
    stored, source = batch.value(value)
    text = converted(batch.handle, stored, source, nvarchar(length))
    return "" if text is None else str(text)


def _number(batch: Batch, value: nodes.SqlText) -> int:
    stored, source = batch.value(value)
    number = converted(batch.handle, stored, source, INT)
    return number if isinstance(number, int) else 0


@executes(nodes.Print)
def print_message(batch: Batch, node: nodes.Print) -> Iterator[Result]:
    yield Notice(message=_text(batch, node.message) or " ")
    yield batch.done()


@executes(nodes.RaiseError)
def raise_error(batch: Batch, node: nodes.RaiseError) -> Iterator[Result]:
    stored, _ = batch.value(node.message)
    if isinstance(stored, int):
        raise StatementFailed(not_supported("RAISERROR with a message number"))
    severity = min(max(_number(batch, node.severity), 0), 25)
    state = min(max(_number(batch, node.state), 0), 255)
    message = _formatted(batch, _text(batch, node.message, _RAISED), node.arguments)
    if severity >= 19 and "LOG" not in node.options:
        raise failure(
            2754,
            "Error severity levels greater than 18 can only be specified by members of the "
            "sysadmin role, using the WITH LOG option.",
        )
    if severity < FIRST_ERROR_SEVERITY:
        yield Notice(number=USER_ERROR, message=message, severity=severity, state=state)
        yield batch.done()
        return
    raise StatementFailed(
        Failure(
            number=USER_ERROR,
            message=message,
            severity=severity,
            state=state,
            raised_by="RAISERROR",
        )
    )


def _formatted(batch: Batch, message: str, arguments: tuple[nodes.SqlText, ...]) -> str:
    values = [batch.value(argument)[0] for argument in arguments]
    remaining = iter(values)

    def replaced(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "%":
            return "%"
        value = next(remaining, None)
        if value is None:
            return "(null)"
        specification = match[0].replace("I64", "").replace("h", "").replace("l", "")
        if kind == "s":
            return specification % str(value)
        return specification.replace("i", "d").replace("u", "d") % int(str(value))

    return _FORMAT.sub(replaced, message)


@executes(nodes.Throw)
def throw(batch: Batch, node: nodes.Throw) -> Iterator[Result]:
    if node.number is None or node.message is None or node.state is None:
        if not batch.state.caught:
            raise failure(
                10704,
                "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert "
                "the THROW statement inside a CATCH block, or add error parameters to the THROW "
                "statement.",
                severity=15,
            )
        raise StatementFailed(replace(batch.state.caught[-1], raised_by="THROW"))
    number = _number(batch, node.number)
    if number < USER_ERROR:
        raise failure(
            35100,
            f"Error number {number} in the THROW statement is outside the valid range. Specify an "
            "error number in the valid range of 50000 to 2147483647.",
            state=10,
        )
    raise StatementFailed(
        Failure(
            number=number,
            message=_text(batch, node.message, _RAISED),
            state=min(max(_number(batch, node.state), 0), 255),
            raised_by="THROW",
        )
    )
