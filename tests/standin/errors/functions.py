"""Errors of the built-in functions.

Numbers, severities and texts are those of Microsoft Learn, "Database Engine events and errors"
(sys.messages). States are unconfirmed unless a comment says otherwise.
"""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure


def invalid_argument_type(type_name: str, position: int, function: str) -> StatementFailed:
    """8116."""
    return failure(
        8116,
        f"Argument data type {type_name} is invalid for argument {position} of "
        f"{function.lower()} function.",
    )


def invalid_length(function: str) -> StatementFailed:
    """537 (LEFT and SUBSTRING share it) and 536 (the others)."""
    if function.upper() in {"LEFT", "SUBSTRING"}:
        return failure(
            537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", state=3
        )
    return failure(536, f"Invalid length parameter passed to the {function.upper()} function.")


def invalid_parameter(position: int, function: str) -> StatementFailed:
    """1023: a date part must be a bare word."""
    return failure(
        1023, f"Invalid parameter {position} specified for {function.lower()}.", severity=15
    )


def unknown_option(word: str, function: str) -> StatementFailed:
    """155, as the date functions raise it for an unknown date part."""
    return failure(155, f"'{word}' is not a recognized {function.lower()} option.", severity=15)


def datepart_not_supported(datepart: str, function: str, type_name: str = "") -> StatementFailed:
    """9810 where it is the data type that lacks the part, 9806 where it is the function."""
    text = f"The datepart {datepart} is not supported by date function {function.lower()}"
    if type_name:
        return failure(9810, f"{text} for data type {type_name}.")
    return failure(9806, f"{text}.")


def date_overflow(type_name: str) -> StatementFailed:
    """517."""
    return failure(517, f"Adding a value to a '{type_name}' column caused an overflow.")


def date_difference_overflow(function: str) -> StatementFailed:
    """535."""
    return failure(
        535,
        f"The {function.lower()} function resulted in an overflow. The number of dateparts "
        f"separating two date/time instances is too large. Try to use {function.lower()} with a "
        f"less precise datepart.",
    )


def invalid_date_parts(type_name: str) -> StatementFailed:
    """289; its state tells the type."""
    states = {"date": 1, "time": 2, "datetime": 3, "datetime2": 5, "datetimeoffset": 6}
    return failure(
        289,
        f"Cannot construct data type {type_name}, some of the arguments have values which are "
        f"not valid.",
        state=states.get(type_name, 1),
    )


def invalid_time_zone(function: str) -> StatementFailed:
    """9812."""
    return failure(
        9812, f"The timezone provided to builtin function {function.lower()} is invalid."
    )


def invalid_floating_point() -> StatementFailed:
    """3623."""
    return failure(3623, "An invalid floating point operation occurred.")


def value_overflow(type_name: str, value: object) -> StatementFailed:
    """232, as POWER raises it for float results outside of the type."""
    return failure(
        232,
        f"Arithmetic overflow error for type {type_name}, value = {value}.",
        state=3,
    )


def string_aggregate_too_long() -> StatementFailed:
    """9829."""
    return failure(
        9829,
        "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid "
        "result truncation.",
    )


def malformed_json(character: str, position: int) -> StatementFailed:
    """13609; ``character`` is empty at the end of the text."""
    shown = character or "."
    return failure(
        13609,
        f"JSON text is not properly formatted. Unexpected character '{shown}' is found at "
        f"position {position}.",
        state=2,
    )


def malformed_json_path(character: str, position: int) -> StatementFailed:
    """13607."""
    return failure(
        13607,
        f"JSON path is not properly formatted. Unexpected character '{character}' is found at "
        f"position {position}.",
        state=4,
    )


def json_property_not_found() -> StatementFailed:
    """13608, for strict paths."""
    return failure(13608, "Property cannot be found on the specified JSON path.", state=2)


def json_scalar_not_found() -> StatementFailed:
    """13623: JSON_VALUE on an object or array, strict."""
    return failure(13623, "Scalar value cannot be found in the specified JSON path.", state=2)


def json_object_not_found() -> StatementFailed:
    """13624: JSON_QUERY on a scalar, strict."""
    return failure(13624, "Object or array cannot be found in the specified JSON path.", state=2)


def json_value_too_long() -> StatementFailed:
    """13625: a value of more than 4000 characters, strict."""
    return failure(13625, "String value in the specified JSON path would be truncated.", state=1)


def null_choices(function: str) -> StatementFailed:
    """4127 and 4151: at least one argument must be of a known type."""
    if function.upper() == "NULLIF":
        return failure(
            4151,
            "The type of the first argument to NULLIF cannot be the NULL constant because the "
            "type of the first argument has to be known.",
        )
    return failure(
        4127,
        f"At least one of the arguments to {function.upper()} must be an expression that is not "
        f"the NULL constant.",
    )


def only_in_default() -> StatementFailed:
    """302."""
    return failure(
        302,
        "The newsequentialid() built-in function can only be used in a DEFAULT expression for a "
        "column of type 'uniqueidentifier' in a CREATE TABLE or ALTER TABLE statement. It cannot "
        "be combined with other operators to form a complex scalar expression.",
    )
