"""What sys.dm_exec_requests calls a statement.

Microsoft Learn, sys.dm_exec_requests, has SELECT, INSERT, UPDATE, DELETE, BACKUP and DBCC; the
others are the statement's own words.
"""

from __future__ import annotations

from typing import Final

from tests.standin.tsql import nodes

_COMMANDS: Final[dict[type, str]] = {
    nodes.AddToTable: "ALTER TABLE",
    nodes.AlterColumn: "ALTER TABLE",
    nodes.AlterDatabase: "ALTER DATABASE",
    nodes.BeginTransaction: "BEGIN TRANSACTION",
    nodes.CommitTransaction: "COMMIT TRANSACTION",
    nodes.CreateDatabase: "CREATE DATABASE",
    nodes.CreateIndex: "CREATE INDEX",
    nodes.CreateTable: "CREATE TABLE",
    nodes.CreateView: "CREATE VIEW",
    nodes.Dbcc: "DBCC",
    nodes.DropFromTable: "ALTER TABLE",
    nodes.DropIndex: "DROP INDEX",
    nodes.DropTable: "DROP TABLE",
    nodes.Execute: "EXECUTE",
    nodes.ExecuteText: "EXECUTE",
    nodes.RollbackTransaction: "ROLLBACK TRANSACTION",
    nodes.Select: "SELECT",
    nodes.TruncateTable: "TRUNCATE TABLE",
    nodes.WaitForDelay: "WAITFOR",
}


def command_of(statement: object) -> str:
    """The command of a statement under way; empty where there is no word for it."""
    if isinstance(statement, nodes.Modification):
        return statement.kind
    return _COMMANDS.get(type(statement), "")
