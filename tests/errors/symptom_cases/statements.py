from __future__ import annotations

from functools import partial

from tests.errors.fake_drivers import raised
from tests.errors.symptom_cases import case
from tests.errors.symptom_cases.case import Case, pasted, raising

server = partial(case.server, function="SQLExecDirectW")
client = partial(case.client, function="SQLExecDirectW")

CASES: tuple[Case, ...] = (
    client(96, "HY000", 0, "Connection is busy with results for another command"),
    client(96, "HY000", 0, "Connection is busy with results for another hstmt"),
    server(
        97,
        "42000",
        8003,
        "The incoming request has too many parameters. The server supports a maximum of 2100 "
        "parameters. Reduce the number of parameters and resend the request.",
    ),
    server(
        98,
        "42000",
        8623,
        "The query processor ran out of internal resources and could not produce a query plan. "
        "This is a rare event and only expected for extremely complex queries.",
    ),
    server(
        99,
        "42000",
        257,
        "Implicit conversion from data type varchar to varbinary is not allowed. Use the CONVERT "
        "function to run this query.",
    ),
    server(
        100,
        "22018",
        206,
        "Operand type clash: uniqueidentifier is incompatible with int",
    ),
    server(
        100,
        "22018",
        245,
        "Conversion failed when converting the varchar value '(40613)' to data type int.",
    ),
    server(100, "42000", 8114, "Error converting data type nvarchar to numeric."),
    server(
        101,
        "22007",
        242,
        "The conversion of a varchar data type to a datetime data type resulted in an out-of-range "
        "value.",
    ),
    server(
        101,
        "22007",
        241,
        "Conversion failed when converting date and/or time from character string.",
    ),
    pasted(
        102,
        "pyodbc.ProgrammingError: ('ODBC SQL type -155 is not yet supported.  column-index=2  "
        "type=-155', 'HY106')",
        "django.db.utils.ProgrammingError: ('ODBC SQL type -151 is not yet supported.  "
        "column-index=0  type=-151', 'HY106')",
    ),
    raising(
        103,
        lambda: raised(TypeError("can't compare offset-naive and offset-aware datetimes")),
        lambda: raised(TypeError("can't subtract offset-naive and offset-aware datetimes")),
    ),
    pasted(
        103,
        "/srv/app/django/db/models/fields/__init__.py:1669: RuntimeWarning: DateTimeField "
        "Order.created received a naive datetime (2026-09-22 10:11:12) while time zone support is "
        "active.",
        "TypeError: can't compare offset-naive and offset-aware datetimes",
    ),
    server(104, "22001", 8152, "String or binary data would be truncated."),
    server(
        104,
        "42000",
        2628,
        "String or binary data would be truncated in table 'shop.dbo.orders', column 'name'. "
        "Truncated value: 'Login failed for user'.",
    ),
    client(105, "HY104", 0, "Invalid precision value"),
    server(
        105, "22003", 8115, "Arithmetic overflow error converting numeric to data type numeric."
    ),
    server(
        106,
        "23000",
        547,
        'The INSERT statement conflicted with the FOREIGN KEY constraint "fk_a". The conflict '
        'occurred in database "shop", table "dbo.customer", column \'id\'.',
    ),
    server(
        106,
        "23000",
        2601,
        "Cannot insert duplicate key row in object 'dbo.orders' with unique index 'uq'. The "
        "duplicate key value is (1205).",
    ),
    server(
        106,
        "23000",
        2627,
        "Violation of UNIQUE KEY constraint 'uq'. Cannot insert duplicate key in object "
        "'dbo.orders'. The duplicate key value is (deadlock victim, 40613).",
    ),
    server(
        106,
        "23000",
        515,
        "Cannot insert the value NULL into column 'name', table 'shop.dbo.orders'; column does not "
        "allow nulls. INSERT fails.",
    ),
    server(
        106,
        "23000",
        544,
        "Cannot insert explicit value for identity column in table 'orders' when IDENTITY_INSERT "
        "is set to OFF.",
    ),
    pasted(
        96,
        "[Microsoft][SQL Server Native Client 11.0]Connection is busy with results for another "
        "command (0) (SQLExecDirectW)",
        "[Microsoft][ODBC SQL Server Driver]Connection is busy with results for another hstmt (0) "
        "(SQLExecDirectW)",
    ),
    pasted(
        97,
        "com.microsoft.sqlserver.jdbc.SQLServerException: The incoming request has too many "
        "parameters. The server supports a maximum of 2100 parameters.",
    ),
    pasted(
        101,
        "The conversion of a nvarchar data type to a smalldatetime data type resulted in an "
        "out-of-range value.",
    ),
    pasted(
        105,
        "Arithmetic overflow error converting expression to data type int.",
        "Arithmetic overflow error for data type tinyint, value = 300.",
    ),
    pasted(
        106,
        "Violation of PRIMARY KEY constraint 'PK_x'. Cannot insert duplicate key in object "
        "'dbo.t'. The duplicate key value is (Login failed for user 'x'.).",
    ),
)
