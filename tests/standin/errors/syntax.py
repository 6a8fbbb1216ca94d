"""Errors of a batch that is not T-SQL: found before any of it runs.

Numbers, severities and texts: Microsoft Learn, "Database engine events and errors" (0 to 999 and
10000 to 10999). States are unconfirmed.
"""

from __future__ import annotations

from dataclasses import replace

from tests.standin import errors
from tests.standin.engine import StatementFailed, not_supported


def _syntax(number: int, message: str, line: int) -> StatementFailed:
    failed = errors.failure(number, message, severity=15)
    return StatementFailed(replace(failed.failure, line=line))


def refused(construct: str, line: int) -> StatementFailed:
    """The stand-in's own error, at a line of the batch."""
    return StatementFailed(replace(not_supported(construct), line=line))


def incorrect_syntax(near: str, line: int) -> StatementFailed:
    return _syntax(102, f"Incorrect syntax near '{near}'.", line)


def identifier_too_long(start: str, line: int) -> StatementFailed:
    return _syntax(
        103, f"The identifier that starts with '{start}' is too long. Maximum length is 128.", line
    )


def unclosed_quotation_mark(after: str, line: int) -> StatementFailed:
    return _syntax(105, f"Unclosed quotation mark after the character string '{after}'.", line)


def must_be_first(statement: str, line: int) -> StatementFailed:
    return _syntax(111, f"'{statement}' must be the first statement in a query batch.", line)


def missing_end_comment(line: int) -> StatementFailed:
    return _syntax(113, "Missing end comment mark '*/'.", line)


def too_many_prefixes(name: str, maximum: int, line: int) -> StatementFailed:
    return _syntax(
        117,
        f"The object name '{name}' contains more than the maximum number of prefixes. "
        f"The maximum is {maximum}.",
        line,
    )


def break_outside_loop(line: int) -> StatementFailed:
    return _syntax(
        135, "Cannot use a BREAK statement outside the scope of a WHILE statement.", line
    )


def continue_outside_loop(line: int) -> StatementFailed:
    return _syntax(
        136, "Cannot use a CONTINUE statement outside the scope of a WHILE statement.", line
    )


def incorrect_keyword(keyword: str, line: int) -> StatementFailed:
    return _syntax(156, f"Incorrect syntax near the keyword '{keyword}'.", line)


def return_with_value(line: int) -> StatementFailed:
    return _syntax(
        178, "A RETURN statement with a return value cannot be used in this context.", line
    )


def nested_too_deeply(line: int) -> StatementFailed:
    return _syntax(
        191,
        "Some part of your SQL statement is nested too deeply. "
        "Rewrite the query or break it up into smaller queries.",
        line,
    )


def unknown_set_option(name: str, line: int) -> StatementFailed:
    return _syntax(195, f"'{name}' is not a recognized SET option.", line)


def with_needs_semicolon(line: int) -> StatementFailed:
    return _syntax(
        319,
        "Incorrect syntax near the keyword 'with'. If this statement is a common table expression, "
        "an xmlnamespaces clause or a change tracking context clause, the previous statement must "
        "be terminated with a semicolon.",
        line,
    )


def merge_needs_semicolon(line: int) -> StatementFailed:
    return _syntax(10713, "A MERGE statement must be terminated by a semi-colon (;).", line)
