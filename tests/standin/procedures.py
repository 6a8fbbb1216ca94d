"""The procedures that carry statements: sp_executesql, sp_prepexec and their kin.

Parameters: Microsoft Learn, sp_executesql, sp_prepare, sp_execute, sp_prepexec and sp_unprepare
(Transact-SQL); the ids they are called by: MS-TDS 2.2.6.6.
"""

from __future__ import annotations

import enum
from typing import Final

from django_mssql_ops.tds import Parameter, ParameterStatus, RpcCall
from tests.standin.declarations import ParameterDeclaration, parameter_declarations
from tests.standin.engine import (
    BoundParameter,
    ProcedureCall,
    Statement,
    StatementFailed,
    not_supported,
)
from tests.standin.engine import Failure as ServerFailure
from tests.standin.errors import procedures as errors
from tests.standin.session import PreparedCall, PreparedStatement, Session


class Procedure(enum.IntEnum):
    """The procedures the wire half answers itself, by MS-TDS id."""

    EXECUTESQL = 10
    PREPARE = 11
    EXECUTE = 12
    PREPEXEC = 13
    PREPEXECRPC = 14
    UNPREPARE = 15


_BY_NAME: Final = {f"sp_{procedure.name.lower()}": procedure for procedure in Procedure}
_BY_ID: Final = {int(procedure): procedure for procedure in Procedure}


def procedure_of(call: RpcCall) -> Procedure | None:
    """Which of them a call is for; None for any other procedure."""
    if isinstance(call.procedure, str):
        return _BY_NAME.get(call.procedure.lower())
    return _BY_ID.get(int(call.procedure))


def name_of(call: RpcCall) -> str:
    """The name of a call's procedure as a person would write it."""
    procedure = procedure_of(call)
    if procedure is not None:
        return f"sp_{procedure.name.lower()}"
    return call.procedure if isinstance(call.procedure, str) else f"procedure {call.procedure}"


def text_of(call: RpcCall, session: Session) -> str:
    """The SQL a call carries or stands for; the procedure's name where it has none."""
    procedure = procedure_of(call)
    if procedure is Procedure.EXECUTESQL:
        return text_at(call, 0)
    if procedure in (Procedure.PREPARE, Procedure.PREPEXEC):
        return text_at(call, 2)
    if procedure is Procedure.EXECUTE:
        try:
            prepared = session.prepared.find(value_at(call, 0))
        except StatementFailed:
            return name_of(call)
        return prepared.procedure if isinstance(prepared, PreparedCall) else prepared.text
    if procedure is Procedure.PREPEXECRPC:
        return text_at(call, 1)
    return name_of(call)


def value_at(call: RpcCall, index: int) -> object:
    """The value of a parameter; StatementFailed with 201 where it is missing."""
    if index >= len(call.parameters):
        raise StatementFailed(
            ServerFailure(
                number=201,
                message=f"Procedure or function '{name_of(call)}' expects parameter {index + 1}, "
                "which was not supplied.",
            )
        )
    return call.parameters[index].value


def text_at(call: RpcCall, index: int) -> str:
    """The same for a parameter that is text; NULL is the empty text."""
    value = value_at(call, index) if index < len(call.parameters) else ""
    return value if isinstance(value, str) else ""


def execute_sql(call: RpcCall) -> Statement:
    """The statement of sp_executesql."""
    return _bind(text_at(call, 0), text_at(call, 1), call.parameters, 2)


def prepare(call: RpcCall, session: Session) -> tuple[int, PreparedStatement]:
    """Keep the statement of sp_prepare or sp_prepexec; its handle and itself.

    A handle that comes in is let go: msodbcsql 18.6.2 replaces a statement so (measured).
    """
    replaced = value_at(call, 0)
    if replaced in session.prepared:
        session.prepared.remove(replaced)
    statement = PreparedStatement(text_at(call, 2), text_at(call, 1))
    return session.prepared.add(statement), statement


def prepare_call(call: RpcCall, session: Session) -> tuple[int, PreparedCall]:
    """Keep the procedure of sp_prepexecrpc: what ODBC makes of ``{call name(?)}``."""
    replaced = value_at(call, 0)
    if replaced in session.prepared:
        session.prepared.remove(replaced)
    prepared = PreparedCall(text_at(call, 1))
    if procedure_of(called(prepared, ())) not in (None, Procedure.EXECUTESQL):
        raise StatementFailed(not_supported(f"sp_prepexecrpc of {prepared.procedure}"))
    return session.prepared.add(prepared), prepared


def called(prepared: PreparedCall, parameters: tuple[Parameter, ...]) -> RpcCall:
    """A prepared call with its values."""
    return RpcCall(prepared.procedure, parameters)


def bind_prepared(
    statement: PreparedStatement, parameters: tuple[Parameter, ...], first: int
) -> Statement:
    """A prepared statement with its values, which begin at a place in the call."""
    return _bind(statement.text, statement.declarations, parameters, first)


def procedure_call(call: RpcCall) -> ProcedureCall:
    """Any other procedure, for the engine."""
    bound = tuple(BoundParameter(p.name, p.type, p.value) for p in call.parameters)
    return ProcedureCall(name_of(call), bound)


def _bind(text: str, declarations: str, parameters: tuple[Parameter, ...], first: int) -> Statement:
    """Give each value to the parameter it is for: by name, or as drivers often do by position.

    Raises StatementFailed with 8162 and 8178.
    """
    declared = parameter_declarations(declarations)
    by_name = {declaration.name.lower(): declaration for declaration in declared}
    bound = []
    for index, parameter in enumerate(parameters[first:]):
        if not parameter.name and index >= len(declared):
            raise errors.too_many_arguments("")
        name = parameter.name or declared[index].name
        declaration = by_name.pop(name.lower(), None)
        bound.append(_bound(name, parameter, declaration, first + index))
    for missing in by_name.values():
        raise errors.parameter_not_supplied(missing.name, text, declarations)
    return Statement(text, tuple(bound))


def _bound(
    name: str, parameter: Parameter, declaration: ParameterDeclaration | None, place: int
) -> BoundParameter:
    output = place if parameter.status & ParameterStatus.BY_REFERENCE else None
    if declaration is None:
        return BoundParameter(name, parameter.type, parameter.value)
    if output is not None and not declaration.output:
        raise errors.not_an_output_parameter(name)
    return BoundParameter(name, parameter.type, parameter.value, declaration.type, output)
