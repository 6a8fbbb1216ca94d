"""Statements and values that fail; DDL, permissions and schema are in :mod:`.schema`."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import client_says, raised, server_number, server_says, state
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import schema

_ISSUES = f"{pages.GITHUB}/microsoft/mssql-django/issues"
_TYPES = f"{pages.DJANGO}/data-type-mappings"
_TIME_ZONES = f"{pages.DJANGO}/timezone-support"

_ROWS: Final = (
    Symptom(
        number=96,
        slug="connection-busy",
        meaning=(
            "A second statement began before the rows of the first were read, and MARS is off. On "
            "Linux and macOS mssql-django takes MARS for granted without turning it on: a query "
            "inside a loop over .iterator() fails."
        ),
        remedies=(
            "Set OPTIONS['extra_params'] = 'MARS_Connection=yes' (pyodbc; mssql-python does not "
            "know the keyword).",
            "Or 'MARS_Connection=no': then mssql-django reads all rows before the next statement.",
            "Read the rows into a list before running other statements in the loop.",
        ),
        links=(
            f"{_ISSUES}/426",
            f"{_ISSUES}/614",
            f"{_ISSUES}/618",
            f"{pages.GITHUB}/mkleehammer/pyodbc/issues/1333",
        ),
        evidence=Evidence.REPORTED,
        clues=client_says("connection (?:is )?busy with results for another"),
    ),
    Symptom(
        number=97,
        slug="too-many-parameters",
        meaning=(
            "One statement has more than 2,100 parameters: a long __in, a prefetch over many rows, "
            "a bulk operation. 'COUNT field incorrect', in the driver's words, is reported for it."
        ),
        remedies=(
            "Cut the list into parts of at most 2,000 (in_bulk and bulk_create have batch_size).",
            "Join with a table of the values: a temporary table, OPENJSON or a table-valued "
            "parameter.",
        ),
        links=(
            f"{pages.DJANGO}/limitations",
            f"{_ISSUES}/156",
            f"{_ISSUES}/7",
            f"{pages.GITHUB}/pandas-dev/pandas/issues/25391",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(8003),
            *server_says("the incoming request has too many parameters"),
            # More than ODBC's 16 bits can count, which pyodbc shows with a sign.
            Clue(text=r"the sql contains -\d+ parameter markers"),
            *client_says("count field incorrect or syntax error"),
        ),
    ),
    Symptom(
        number=98,
        slug="query-too-complex",
        meaning="The optimizer gave up: the statement is too large, mostly a giant IN or OR.",
        remedies=(
            "Put the values into a temporary table and join it.",
            "Cut the statement into several.",
        ),
        links=(f"{pages.ERRORS}/mssqlserver-8623-database-engine-error",),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(8621, 8623, 8632),
            *server_says(
                "the query processor ran out of internal resources",
                "the query processor ran out of stack space during query optimization",
                "internal error: an expression services limit has been reached",
            ),
        ),
    ),
    Symptom(
        number=99,
        slug="implicit-conversion-not-allowed",
        meaning=(
            "The type of a parameter and the type of the column do not go together. pyodbc sends "
            "None as varchar when it cannot ask the server for the type."
        ),
        remedies=(
            "Cast the value in the query: Cast(Value(None), output_field=...), or CAST(? AS ...) "
            "in raw SQL.",
            "Compare the model's field with the column's type.",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql",
            _TYPES,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(257),
            *server_says("implicit conversion from data type .{1,140}is not allowed"),
        ),
    ),
    Symptom(
        number=100,
        slug="value-of-another-type",
        meaning=(
            "A value does not convert to the column's type: mostly a model that does not match the "
            "table, as after inspectdb and a later change."
        ),
        remedies=(
            "Compare the field with the column (INFORMATION_SCHEMA.COLUMNS) and correct the model.",
            "In raw SQL pass a value of the column's type.",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/data-types/data-type-conversion-database-engine",
            _TYPES,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(206, 245, 8114),
            *server_says(
                "operand type clash: .{1,140}is incompatible with",
                "conversion failed when converting the .{1,2000}to data type",
                "error converting data type .{1,80} to ",
            ),
            state("22018"),
        ),
    ),
    Symptom(
        number=101,
        slug="date-out-of-range",
        meaning=(
            "A text was no date in this language and date format, or the date does not fit: "
            "datetime begins in 1753. A changed USE_TZ gives texts with an offset that datetime "
            "does not read."
        ),
        remedies=(
            "Use datetime2 columns, and ISO dates (2026-09-22T10:00:00) in raw SQL.",
            "Look for dates before 1753 among the values.",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql",
            _TIME_ZONES,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(241, 242),
            *server_says(
                "the conversion of an? .{1,40}data type to an? .{1,40}data type resulted in an "
                "out-of-range value",
                "conversion failed when converting date and/or time from character string",
            ),
            state("22007", "22008"),
        ),
    ),
    Symptom(
        number=102,
        slug="odbc-type-not-supported",
        meaning=(
            "pyodbc has no converter for the column's type: -155 datetimeoffset, -150 sql_variant, "
            "-151 geography, geometry or hierarchyid, -152 xml. mssql-django adds one for -155 on "
            "its own connections only."
        ),
        remedies=(
            "Cast the column in the query or in a view (CAST(... AS nvarchar(max)), "
            "geography.STAsText()).",
            "Or register connection.add_output_converter(type, function) on each new connection "
            "(signal connection_created).",
        ),
        links=(
            "https://github.com/mkleehammer/pyodbc/wiki/Using-an-Output-Converter-function",
            f"{_ISSUES}/307",
            f"{_ISSUES}/362",
            f"{_ISSUES}/136",
        ),
        evidence=Evidence.REPORTED,
        clues=(Clue(text=r"odbc sql type -?\d+ is not yet supported"),),
    ),
    Symptom(
        number=103,
        slug="naive-and-aware-datetimes",
        meaning=(
            "Datetimes with and without a time zone meet. With USE_TZ=True mssql-django expects "
            "datetimeoffset columns; older tables have datetime2, which gives naive values."
        ),
        remedies=(
            "Compare the columns' types with USE_TZ: datetimeoffset for True, datetime2 for False.",
            "Convert the columns with a migration, or keep USE_TZ=False for them.",
            "In your own code use django.utils.timezone.now() and make_aware().",
        ),
        links=(
            _TIME_ZONES,
            f"{_ISSUES}/362",
            f"{pages.GITHUB}/michiya/django-pyodbc-azure/issues/95",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            raised(
                "can't (?:compare|subtract) offset-naive and offset-aware datetimes", "TypeError"
            ),
            Clue(text=r"\bDateTimeField .{1,200}received a naive datetime"),
        ),
    ),
    Symptom(
        number=104,
        slug="text-truncated",
        meaning=(
            "A text or binary value is longer than its column. 2628 names the column and repeats "
            "the value: keep it out of logs. 8152 is a DataError, 2628 a ProgrammingError."
        ),
        remedies=(
            "Compare max_length with the column's length, and validate before saving.",
            "Where only 8152 comes, the database's compatibility level is below 150, or trace flag "
            "460 is off.",
        ),
        links=(_TYPES, f"{pages.ERRORS}/mssqlserver-8152-database-engine-error"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(8152, 2628),
            *server_says("string or binary data would be truncated"),
            state("22001"),
        ),
    ),
    Symptom(
        number=105,
        slug="numeric-overflow",
        meaning=(
            "A number does not fit its column, or a parameter has a length that the driver cannot "
            "describe: decimals and texts of more than 8,000 bytes with fast_executemany."
        ),
        remedies=(
            "Compare max_digits and decimal_places with the column.",
            "With fast_executemany turn it off for this statement, or set the sizes "
            "(cursor.setinputsizes).",
        ),
        links=(
            "https://learn.microsoft.com/sql/t-sql/data-types/"
            "precision-scale-and-length-transact-sql",
            f"{pages.DJANGO}/bulk-operations",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(8115),
            *server_says("arithmetic overflow error (?:converting|for data type|for type)"),
            *client_says("invalid precision(?: or scale)? value"),
            state("22003"),
        ),
    ),
    Symptom(
        number=106,
        slug="constraint-violated",
        meaning=(
            "A constraint of the table refused the row: a foreign key or check (547), a key that "
            "exists (2601, 2627), NULL (515), or a value for an identity column (544)."
        ),
        remedies=(
            "Read the constraint's name in the message; the row breaks it.",
            "For 544 leave the identity column out, or SET IDENTITY_INSERT ... ON for an import.",
            "After an import with explicit identities reset the seed (DBCC CHECKIDENT).",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-547-database-engine-error",
            f"{pages.ERRORS}/mssqlserver-2627-database-engine-error",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(547, 2601, 2627, 515, 544),
            *server_says(
                "statement conflicted with the .{1,40}constraint",
                "cannot insert duplicate key row in object",
                "violation of .{1,20}constraint .{1,200}cannot insert duplicate key in object",
                "cannot insert the value null into column",
                "cannot insert explicit value for identity column in table .{1,200}when "
                "identity_insert is set to off",
            ),
            state("23000"),
        ),
    ),
)

ROWS: Final[tuple[Symptom, ...]] = (*_ROWS, *schema.ROWS)
