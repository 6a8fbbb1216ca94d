from __future__ import annotations

from functools import partial

from django.core.management.base import CommandError
from django.db import utils

from tests.errors.fake_drivers import raised
from tests.errors.symptom_cases import case
from tests.errors.symptom_cases.case import Case, pasted, raising

server = partial(case.server, function="SQLExecDirectW")

CASES: tuple[Case, ...] = (
    server(
        107,
        "42000",
        1785,
        "Introducing FOREIGN KEY constraint 'fk_b' on table 'order_line' may cause cycles or "
        "multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or modify "
        "other FOREIGN KEY constraints.",
    ),
    server(108, "42000", 5074, "The object 'DF_orders_state' is dependent on column 'state'."),
    server(108, "42000", 5074, "The index 'ix_orders_state' is dependent on column 'state'."),
    server(
        108,
        "42000",
        4922,
        "ALTER TABLE ALTER COLUMN state failed because one or more objects access this column.",
    ),
    server(
        109,
        "42000",
        334,
        "The target table 'dbo.orders' of the DML statement cannot have any enabled triggers if "
        "the statement contains an OUTPUT clause without INTO clause.",
    ),
    server(
        110,
        "42000",
        468,
        'Cannot resolve the collation conflict between "Latin1_General_CI_AS" and '
        '"SQL_Latin1_General_CP1_CI_AS" in the equal to operation.',
    ),
    server(
        111,
        "42000",
        226,
        "ALTER DATABASE statement not allowed within multi-statement transaction.",
    ),
    server(
        111,
        "42000",
        574,
        "CREATE FULLTEXT INDEX statement cannot be used inside a user transaction.",
    ),
    server(112, "42000", 262, "CREATE DATABASE permission denied in database 'master'."),
    server(
        113,
        "42000",
        3702,
        'Cannot drop database "test_shop" because it is currently in use.',
    ),
    server(
        113,
        "42000",
        1801,
        "Database 'test_shop' already exists. Choose a different database name.",
    ),
    server(
        114,
        "42000",
        229,
        "The SELECT permission was denied on the object 'orders', database 'shop', schema 'dbo'.",
    ),
    server(114, "42000", 262, "CREATE TABLE permission denied in database 'shop'."),
    server(114, "42000", 297, "The user does not have permission to perform this action."),
    server(
        114,
        "42000",
        300,
        "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
    ),
    server(
        114,
        "42000",
        371,
        "The user does not have the external policy action "
        "'Microsoft.Sql/Sqlservers/Databases/Rows/Select' or permission 'VIEW DATABASE PERFORMANCE "
        "STATE' to perform this action.",
    ),
    server(115, "42S02", 208, "Invalid object name 'dbo.django_migrations'."),
    server(115, "42S22", 207, "Invalid column name 'deadlock victim'."),
    server(115, "42S01", 2714, "There is already an object named 'orders' in the database."),
    server(
        115,
        "42S11",
        1913,
        "The operation failed because an index or statistics with name 'ix' already exists on "
        "table 'orders'.",
    ),
    server(
        116,
        "25000",
        3906,
        'Failed to update database "shop" because the database is read-only.',
    ),
    raising(117, lambda: raised(utils.NotSupportedError("SQL Server v17 is not supported."))),
    pasted(117, "django.db.utils.NotSupportedError: SQL Server v18 is not supported."),
    pasted(
        118,
        "django.core.management.base.SystemCheckError: SystemCheckError: System check identified "
        "some issues:\n\nERRORS:\nshop.Order.customer: (fields.E324) SQL Server does not support a "
        "DB_CASCADE.\n\tHINT: Change the on_delete rule to CASCADE.",
        "shop.Order.customer: (fields.E324) SQL Server does not support a DB_SET_NULL.",
    ),
    raising(
        119,
        lambda: raised(
            CommandError(
                '"sqlcmd -S db.example.com,1433 -U app -d shop" returned non-zero exit status 1.'
            )
        ),
    ),
    pasted(
        119,
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : SSL Provider: [error:0A000086:"
        "SSL routines::certificate verify failed:self-signed certificate].\n"
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : Client unable to establish "
        "connection.\n"
        'CommandError: "sqlcmd -S db.example.com,1433 -U app -d shop" returned non-zero exit '
        "status 1.",
    ),
    pasted(
        119,
        "subprocess.CalledProcessError: Command '['sqlcmd', '-S', 'db,1433', '-E', '-d', 'shop']' "
        "returned non-zero exit status 1.",
    ),
    pasted(113, "Cannot drop the database 'test_x' because it is currently in use."),
    pasted(
        115,
        "django.db.utils.ProgrammingError: ('42S02', \"[42S02] [Microsoft][ODBC Driver 17 for SQL "
        "Server][SQL Server]Invalid object name 'django_session'. (208) (SQLExecDirectW); [42S02] "
        "[Microsoft][ODBC Driver 17 for SQL Server][SQL Server]Statement(s) could not be prepared. "
        '(8180)")',
    ),
)
