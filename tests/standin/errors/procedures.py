"""Errors and notices of the system procedures.

Texts are those of sys.messages (Microsoft Learn, "Database Engine events and errors"); states other
than 1 are unconfirmed.
"""

from __future__ import annotations

from typing import Final

from tests.standin.engine import Notice, StatementFailed
from tests.standin.errors import failure

#: 15477, which every rename says.
RENAME_CAUTION: Final = Notice(
    number=15477,
    message="Caution: Changing any part of an object name could break scripts and stored"
    " procedures.",
)


def missing_parameter(procedure: str, parameter: str) -> StatementFailed:
    """201."""
    return failure(
        201,
        f"Procedure or function '{procedure}' expects parameter '{parameter}', which was not"
        " supplied.",
        state=4,
    )


def too_many_arguments(procedure: str) -> StatementFailed:
    """8144."""
    return failure(
        8144, f"Procedure or function {procedure} has too many arguments specified.", state=2
    )


def not_a_parameter(procedure: str, parameter: str) -> StatementFailed:
    """8145."""
    return failure(8145, f"{parameter} is not a parameter for procedure {procedure}.", state=2)


def no_such_item(name: str, database: str, item_type: str) -> StatementFailed:
    """15225."""
    return failure(
        15225,
        f"No item by the name of '{name}' could be found in the current database '{database}',"
        f" given that @itemtype was input as '{item_type}'.",
        severity=11,
    )


def ambiguous_name(item_type: str) -> StatementFailed:
    """15248."""
    return failure(
        15248,
        f"Either the parameter @objname is ambiguous or the claimed @objtype ({item_type}) is"
        " wrong.",
        severity=11,
    )


def unknown_item_type(item_type: str) -> StatementFailed:
    """15249."""
    return failure(15249, f"Error: Explicit @objtype '{item_type}' is unrecognized.", severity=11)


def name_in_use(name: str, kind: str) -> StatementFailed:
    """15335."""
    return failure(
        15335,
        f"Error: The new name '{name}' is already in use as a {kind} name and would cause a"
        " duplicate that is not permitted.",
        severity=11,
    )


def enforced_dependencies(name: str) -> StatementFailed:
    """15336."""
    return failure(
        15336,
        f"Object '{name}' cannot be renamed because the object participates in enforced"
        " dependencies.",
    )


def property_object_missing(name: str) -> StatementFailed:
    """15135."""
    return failure(
        15135,
        f"Object is invalid. Extended properties are not permitted on '{name}', or the object does"
        " not exist.",
        state=8,
    )


def property_exists(name: str, owner: str) -> StatementFailed:
    """15233."""
    return failure(
        15233, f"Property cannot be added. Property '{name}' already exists for '{owner}'."
    )


def property_missing(name: str, owner: str) -> StatementFailed:
    """15217."""
    return failure(
        15217,
        f"Property cannot be updated or deleted. Property '{name}' does not exist for '{owner}'.",
        state=2,
    )


def type_not_deduced(parameter: str) -> StatementFailed:
    """11502."""
    return failure(
        11502, f"The type for parameter '{parameter}' cannot be deduced in this context."
    )


def undeclared_used_twice(parameter: str) -> StatementFailed:
    """11508."""
    return failure(
        11508,
        f"The undeclared parameter '{parameter}' is used more than once in the batch being"
        " analyzed.",
    )


def uses_temporary_table(statement: str) -> StatementFailed:
    """11526."""
    return failure(
        11526,
        f"The metadata could not be determined because statement '{statement}' uses a temp table.",
    )


def parameter_not_supplied(parameter: str, statement: str, declarations: str) -> StatementFailed:
    """8178."""
    return failure(
        8178,
        f"The parameterized query '({declarations}){statement}' expects the parameter"
        f" '{parameter}', which was not supplied.",
    )


def not_an_output_parameter(parameter: str) -> StatementFailed:
    """8162."""
    return failure(
        8162,
        f'The formal parameter "{parameter}" was not declared as an OUTPUT parameter, but the'
        " actual parameter passed in requested output.",
        state=2,
    )
