"""The tables the erroneous statements are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.test_standin.servers import Server

#: Names of their own, for a real server may have other tables.
_DROP = """
DROP TABLE IF EXISTS dbo.evidence_child
DROP TABLE IF EXISTS dbo.evidence_parent
DROP TABLE IF EXISTS dbo.evidence_rows
"""
_CREATE = """
CREATE TABLE dbo.evidence_parent (
    id int NOT NULL CONSTRAINT evidence_parent_pk PRIMARY KEY,
    code nvarchar(5) NOT NULL CONSTRAINT evidence_code UNIQUE,
    amount tinyint NULL CONSTRAINT evidence_amount CHECK (amount < 100)
)
CREATE TABLE dbo.evidence_child (
    id int IDENTITY(1, 1) NOT NULL CONSTRAINT evidence_child_pk PRIMARY KEY,
    parent_id int NULL CONSTRAINT evidence_parent_fk REFERENCES dbo.evidence_parent (id),
    name varchar(4) NULL
)
CREATE UNIQUE INDEX evidence_name ON dbo.evidence_child (name)
CREATE TABLE dbo.evidence_rows (a int NULL, b int NULL)
CREATE INDEX evidence_b ON dbo.evidence_rows (b)
INSERT INTO dbo.evidence_parent VALUES (1, N'a', 1), (2, N'b', 2)
INSERT INTO dbo.evidence_child (parent_id, name) VALUES (1, 'x')
INSERT INTO dbo.evidence_rows VALUES (1, 1), (1, 2)
"""


@contextmanager
def on(server: Server) -> Iterator[Server]:
    """Make the tables; drop them afterwards."""
    connection = server.pytds()
    cursor = connection.cursor()
    cursor.execute(_DROP)
    cursor.execute(_CREATE)
    try:
        yield server
    finally:
        cursor.execute(_DROP)
        connection.close()
