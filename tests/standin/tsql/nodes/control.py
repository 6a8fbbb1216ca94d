"""Variables, control of flow, messages and EXEC."""

from __future__ import annotations

from dataclasses import dataclass

from tests.standin.tsql.nodes.base import ObjectName, SqlText, Statement, TypeName


@dataclass(frozen=True, slots=True)
class VariableDeclaration:
    name: str  # with its @
    type: TypeName
    initial: SqlText | None = None


@dataclass(frozen=True, slots=True)
class DeclareVariables(Statement):
    variables: tuple[VariableDeclaration, ...]
    line: int = 1


@dataclass(frozen=True, slots=True)
class SetVariable(Statement):
    """SET @name = value; ``operator`` is ``=`` or a compound one such as ``+=``."""

    name: str
    operator: str
    value: SqlText
    line: int = 1


@dataclass(frozen=True, slots=True)
class If(Statement):
    condition: SqlText
    then: Statement
    otherwise: Statement | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class While(Statement):
    condition: SqlText
    body: Statement
    line: int = 1


@dataclass(frozen=True, slots=True)
class Block(Statement):
    """BEGIN … END."""

    statements: tuple[Statement, ...]
    line: int = 1


@dataclass(frozen=True, slots=True)
class TryCatch(Statement):
    tried: tuple[Statement, ...]
    caught: tuple[Statement, ...]
    line: int = 1


@dataclass(frozen=True, slots=True)
class Break(Statement):
    line: int = 1


@dataclass(frozen=True, slots=True)
class Continue(Statement):
    line: int = 1


@dataclass(frozen=True, slots=True)
class Return(Statement):
    value: SqlText | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Print(Statement):
    message: SqlText
    line: int = 1


@dataclass(frozen=True, slots=True)
class Throw(Statement):
    """THROW number, message, state; all None for the THROW that raises the caught error again."""

    number: SqlText | None = None
    message: SqlText | None = None
    state: SqlText | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class RaiseError(Statement):
    """RAISERROR (message, severity, state, arguments…) [WITH options]; options upper case."""

    message: SqlText
    severity: SqlText
    state: SqlText
    arguments: tuple[SqlText, ...] = ()
    options: tuple[str, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class WaitForDelay(Statement):
    delay: SqlText
    line: int = 1


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of EXEC; ``value`` None is the word DEFAULT."""

    value: SqlText | None
    name: str = ""
    output: bool = False


@dataclass(frozen=True, slots=True)
class Execute(Statement):
    """EXEC [@result =] procedure arguments."""

    procedure: ObjectName
    arguments: tuple[Argument, ...] = ()
    result_variable: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class ExecuteText(Statement):
    """EXEC ('text' + @variable)."""

    text: SqlText
    line: int = 1
