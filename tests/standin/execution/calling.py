"""EXEC: a text, sp_executesql, or a system procedure."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tests.standin.declarations import ParameterDeclaration, parameter_declarations
from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.errors.transactions import mismatched_transaction_count
from tests.standin.execution.batch import Batch, ScopeEnded
from tests.standin.execution.conversions import converted
from tests.standin.execution.handlers import executes
from tests.standin.execution.system_procedures import call_system_procedure
from tests.standin.sqltypes import from_storage
from tests.standin.sqltypes.sql_type import SqlType, nvarchar
from tests.standin.tsql import nodes
from tests.standin.tsql.parser import parse_batch

#: EXEC inside EXEC, at most (Microsoft Learn, @@NESTLEVEL; error 217).
MAX_NESTING: Final = 32
#: How the names of the product's own procedures begin, and those called by their number.
_SYSTEM_PREFIXES: Final = ("sp_", "xp_", "procedure ")


@dataclass(frozen=True, slots=True)
class _Given:
    """One argument, evaluated; ``variable`` receives an OUTPUT parameter."""

    name: str
    stored: object
    type: SqlType
    variable: str = ""


@executes(nodes.ExecuteText)
def execute_text(batch: Batch, node: nodes.ExecuteText) -> Iterator[Result]:
    stored, source = batch.value(node.text)
    text = converted(batch.handle, stored, source, nvarchar())
    with _nested(batch):
        yield from batch.child().run(parse_batch(str(text or "")))


@executes(nodes.Execute)
def execute_procedure(batch: Batch, node: nodes.Execute) -> Iterator[Result]:
    given = tuple(_evaluate(batch, argument) for argument in node.arguments)
    name = node.procedure.name.lower()
    if name == "sp_executesql":
        yield from _execute_sql(batch, given)
        return
    if any(argument.variable for argument in given) or node.result_variable:
        raise StatementFailed(not_supported(f"EXEC {node.procedure.name} with OUTPUT or a result"))
    arguments: dict[str | int, object] = {}
    for index, argument in enumerate(given):
        value = None if argument.stored is None else from_storage(argument.stored, argument.type)
        arguments[argument.name.lower() if argument.name else index] = value
    yield from run_procedure(batch, node.procedure.name, arguments)


def run_procedure(batch: Batch, name: str, arguments: dict[str | int, object]) -> Iterator[Result]:
    """Run a system procedure with Python values by lower-case name or position.

    Raises StatementFailed with 2812 where there is none of that name.
    """
    if changes(name):
        batch.state.refuse_if_read_only()
    with batch.changing() if changes(name) else contextlib.nullcontext():
        results = call_system_procedure(name.lower(), arguments, batch.handle)
        if results is None and name.lower().startswith(_SYSTEM_PREFIXES):
            raise StatementFailed(not_supported(f"procedure {name}"))
        if results is None:
            raise failure(2812, f"Could not find stored procedure '{name}'.", state=62)
        found = tuple(results)
    yield from found


def changes(name: str) -> bool:
    """Whether a system procedure changes the catalogue."""
    return name.lower() in ("sp_rename", "sp_addtype") or "extendedproperty" in name.lower()


def _execute_sql(batch: Batch, given: tuple[_Given, ...]) -> Iterator[Result]:
    """sp_executesql (Microsoft Learn): statement, declarations, then values by name or position."""
    if not given:
        raise failure(
            201,
            "Procedure or function 'sp_executesql' expects parameter '@statement', "
            "which was not supplied.",
            state=10,
        )
    text = _text(batch, given[0])
    declarations = _text(batch, given[1]) if len(given) > 1 else ""
    child = batch.child()
    query = f"({declarations}){text}"
    outputs = _bind(batch, child, query, parameter_declarations(declarations), given[2:])
    before = batch.session.transaction.count
    with _nested(batch):
        yield from child.run(parse_batch(text))
    for variable, parameter in outputs:
        inner, outer = child.variables.find(parameter), batch.variables.find(variable)
        outer.stored = converted(batch.handle, inner.stored, inner.type, outer.type)
    after = batch.session.transaction.count
    if after != before:
        yield mismatched_transaction_count(before, after)


def _text(batch: Batch, given: _Given) -> str:
    return str(converted(batch.handle, given.stored, given.type, nvarchar()) or "")


def _bind(
    batch: Batch,
    child: Batch,
    query: str,
    declared: tuple[ParameterDeclaration, ...],
    given: tuple[_Given, ...],
) -> list[tuple[str, str]]:
    """Declare the parameters with their values; the (variable, parameter) pairs of OUTPUT."""
    outputs = []
    for index, declaration in enumerate(declared):
        argument = _argument_for(declaration, index, given)
        if argument is None:
            raise failure(
                8178,
                f"The parameterized query '{query}' expects the parameter '{declaration.name}', "
                "which was not supplied.",
            )
        target = batch.declared(declaration.type)
        stored = converted(batch.handle, argument.stored, argument.type, target)
        child.variables.declare(declaration.name, target, stored)
        if argument.variable and declaration.output:
            outputs.append((argument.variable, declaration.name))
    return outputs


def _argument_for(
    declaration: ParameterDeclaration, index: int, given: tuple[_Given, ...]
) -> _Given | None:
    for argument in given:
        if argument.name.lower() == declaration.name.lower():
            return argument
    positional = given[index] if index < len(given) else None
    return positional if positional is not None and not positional.name else None


def _evaluate(batch: Batch, argument: nodes.Argument) -> _Given:
    if argument.value is None:
        raise StatementFailed(not_supported("DEFAULT as an argument of EXEC"))
    stored, data_type = batch.value(argument.value)
    variable = argument.value.text if argument.output else ""
    return _Given(argument.name, stored, data_type, variable)


@contextlib.contextmanager
def _nested(batch: Batch) -> Iterator[None]:
    state = batch.state
    if state.depth >= MAX_NESTING:
        raise failure(
            217,
            "Maximum stored procedure, function, trigger, or view nesting level exceeded "
            f"(limit {MAX_NESTING}).",
        )
    state.depth += 1
    try:
        yield
    except ScopeEnded:
        pass
    except StatementFailed as error:
        raise StatementFailed(replace(error.failure, from_below=True)) from error
    finally:
        state.depth -= 1
