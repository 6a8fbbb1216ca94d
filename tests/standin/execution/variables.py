"""The variables of one batch: parameters it was given, and what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.standin.errors import failure
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation.parameters import variable_parameter


@dataclass(slots=True)
class Variable:
    """One variable; ``stored`` is its value in storage form."""

    type: SqlType
    stored: object = None


class Variables:
    """By name, without regard to case."""

    def __init__(self) -> None:
        self._by_parameter: dict[str, Variable] = {}
        self._types: dict[str, SqlType] = {}

    @property
    def types(self) -> Mapping[str, SqlType]:
        """The types by lower-case name, as a translation's scope wants them."""
        return self._types

    def declare(self, name: str, data_type: SqlType, stored: object = None) -> None:
        """Add a variable. Raises StatementFailed with 134 when it is there already."""
        if name.lower() in self._types:
            raise failure(
                134,
                f"The variable name '{name}' has already been declared. Variable names must be "
                "unique within a query batch or stored procedure.",
                severity=15,
                state=2,
            )
        self._types[name.lower()] = data_type
        self._by_parameter[variable_parameter(name)] = Variable(data_type, stored)

    def find(self, name: str) -> Variable:
        """The variable. Raises StatementFailed with 137."""
        variable = self._by_parameter.get(variable_parameter(name))
        if variable is None:
            raise failure(137, f'Must declare the scalar variable "{name}".', severity=15)
        return variable

    def bound(self, parameter: str) -> object:
        """The stored value behind a plan's parameter."""
        return self._by_parameter[parameter].stored
