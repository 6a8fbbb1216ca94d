"""What is wrong with a text, a name, a type or a value."""

from __future__ import annotations

from typing import Final

from tests.test_standin.errors.case import Case

_SYNTAX: Final = (
    Case(102, "SELECT 1 FROM", "Incorrect syntax near 'FROM'.", severity=15),
    Case(
        105,
        "SELECT 'abc",
        "Unclosed quotation mark after the character string 'abc'.",
        severity=15,
    ),
    Case(
        156,
        "SELECT id FROM WHERE id = 1",
        "Incorrect syntax near the keyword 'WHERE'.",
        severity=15,
    ),
)

_NAMES: Final = (
    Case(137, "SELECT @nope", 'Must declare the scalar variable "@nope".', severity=15, state=2),
    Case(
        195,
        "SELECT nosuch(1)",
        "'nosuch' is not a recognized built-in function name.",
        severity=15,
        state=10,
    ),
    Case(
        201,
        "EXEC sp_rename",
        "Procedure or function 'sp_rename' expects parameter '@objname', which was not supplied.",
        state=4,
    ),
    Case(207, "SELECT nope FROM dbo.evidence_parent", "Invalid column name 'nope'.", "42S22"),
    Case(208, "SELECT * FROM dbo.nope", "Invalid object name 'dbo.nope'.", "42S02"),
    Case(
        209,
        "SELECT id FROM dbo.evidence_parent AS p JOIN dbo.evidence_child AS c"
        " ON p.id = c.parent_id",
        "Ambiguous column name 'id'.",
    ),
    Case(
        911,
        "USE no_such_database",
        "Database 'no_such_database' does not exist. Make sure that the name is entered correctly.",
        "08004",
        "OperationalError",
    ),
    Case(
        2812,
        "EXEC no_such_procedure",
        "Could not find stored procedure 'no_such_procedure'.",
        state=62,
    ),
    Case(
        4104,
        "SELECT x.id FROM dbo.evidence_parent",
        'The multi-part identifier "x.id" could not be bound.',
    ),
    Case(
        4121,
        "SELECT dbo.nosuch(1)",
        'Cannot find either column "dbo" or the user-defined function or aggregate "dbo.nosuch",'
        " or the name is ambiguous.",
    ),
    Case(
        8120,
        "SELECT code, COUNT(*) FROM dbo.evidence_parent",
        "Column 'dbo.evidence_parent.code' is invalid in the select list because it is not"
        " contained in either an aggregate function or the GROUP BY clause.",
    ),
    Case(
        8178,
        "EXEC sp_executesql N'SELECT @a', N'@a int'",
        "The parameterized query '(@a int)SELECT @a' expects the parameter '@a', which was not"
        " supplied.",
    ),
)

_TYPES: Final = (
    Case(
        206,
        "SELECT 1 + CAST('20200101' AS date)",
        "Operand type clash: int is incompatible with date",
        "22018",
        "DataError",
        state=2,
    ),
    Case(
        257,
        "DECLARE @x int; SET @x = CAST('20200101' AS datetime)",
        "Implicit conversion from data type datetime to int is not allowed. Use the CONVERT"
        " function to run this query.",
        state=3,
    ),
    Case(
        402,
        "SELECT CAST('20200101' AS date) + CAST('10:00' AS time)",
        "The data types date and time are incompatible in the add operator.",
    ),
    Case(
        4145,
        "SELECT 1 WHERE 1",
        "An expression of non-boolean type specified in a context where a condition is expected,"
        " near '1'.",
        severity=15,
    ),
    Case(
        8116,
        "SELECT SUBSTRING(1, 1, 1)",
        "Argument data type int is invalid for argument 1 of substring function.",
    ),
    Case(
        8117,
        "SELECT SUM(code) FROM dbo.evidence_parent",
        "Operand data type nvarchar is invalid for sum operator.",
    ),
)

_VALUES: Final = (
    Case(
        220,
        "SELECT CAST(300 AS tinyint)",
        "Arithmetic overflow error for data type tinyint, value = 300.",
        "22003",
        "DataError",
        state=2,
    ),
    Case(
        220,
        "SELECT CAST(40000 AS smallint)",
        "Arithmetic overflow error for data type smallint, value = 40000.",
        "22003",
        "DataError",
    ),
    Case(
        241,
        "SELECT CAST('2020-13-01' AS datetime2)",
        "Conversion failed when converting date and/or time from character string.",
        "22007",
        "DataError",
    ),
    Case(
        242,
        "SELECT CAST('2020-13-01' AS datetime)",
        "The conversion of a varchar data type to a datetime data type resulted in an"
        " out-of-range value.",
        "22007",
        "DataError",
        state=3,
    ),
    Case(
        245,
        "SELECT CAST('abc' AS int)",
        "Conversion failed when converting the varchar value 'abc' to data type int.",
        "22018",
        "DataError",
    ),
    Case(
        248,
        "SELECT CAST('99999999999' AS int)",
        "The conversion of the varchar value '99999999999' overflowed an int column.",
        "22003",
        "DataError",
    ),
    Case(
        512,
        "SELECT (SELECT id FROM dbo.evidence_parent)",
        "Subquery returned more than 1 value. This is not permitted when the subquery follows"
        " =, !=, <, <= , >, >= or when the subquery is used as an expression.",
        "21000",
        "Error",
    ),
    Case(
        8114, "SELECT CAST('abc' AS float)", "Error converting data type varchar to float.", state=5
    ),
    Case(
        8115,
        "SELECT CAST(2147483647 AS int) + 1",
        "Arithmetic overflow error converting expression to data type int.",
        "22003",
        "DataError",
        state=2,
    ),
    Case(
        8115,
        "SELECT CAST(12345.6 AS decimal(4, 1))",
        "Arithmetic overflow error converting numeric to data type numeric.",
        "22003",
        "DataError",
        state=8,
    ),
    Case(8134, "SELECT 1 / 0", "Divide by zero error encountered.", "22012", "DataError"),
    Case(
        8169,
        "SELECT CAST('abc' AS uniqueidentifier)",
        "Conversion failed when converting from a character string to uniqueidentifier.",
        state=2,
    ),
)

QUERIES: Final = (*_SYNTAX, *_NAMES, *_TYPES, *_VALUES)
