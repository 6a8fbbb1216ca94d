"""What is wrong with a change of rows or tables."""

from __future__ import annotations

from typing import Final

from tests.test_standin.errors.case import Case

_CHANGES: Final = (
    Case(
        109,
        "INSERT INTO dbo.evidence_rows (a, b) VALUES (1)",
        "There are more columns in the INSERT statement than values specified in the VALUES"
        " clause. The number of values in the VALUES clause must match the number of columns"
        " specified in the INSERT statement.",
        "21S01",
        "Error",
        severity=15,
    ),
    Case(
        110,
        "INSERT INTO dbo.evidence_rows (a) VALUES (1, 2)",
        "There are fewer columns in the INSERT statement than values specified in the VALUES"
        " clause. The number of values in the VALUES clause must match the number of columns"
        " specified in the INSERT statement.",
        "21S01",
        "Error",
        severity=15,
    ),
    Case(
        213,
        "INSERT INTO dbo.evidence_rows VALUES (1)",
        "Column name or number of supplied values does not match table definition.",
        "21S01",
        "Error",
    ),
    Case(
        515,
        "INSERT INTO dbo.evidence_parent (id) VALUES (5)",
        "Cannot insert the value NULL into column 'code', table '{database}.dbo.evidence_parent';"
        " column does not allow nulls. INSERT fails.",
        "23000",
        "IntegrityError",
        state=2,
    ),
    Case(
        544,
        "INSERT INTO dbo.evidence_child (id) VALUES (7)",
        "Cannot insert explicit value for identity column in table 'evidence_child' when"
        " IDENTITY_INSERT is set to OFF.",
        "23000",
        "IntegrityError",
    ),
    Case(
        547,
        "INSERT INTO dbo.evidence_child (parent_id) VALUES (99)",
        'The INSERT statement conflicted with the FOREIGN KEY constraint "evidence_parent_fk". The'
        ' conflict occurred in database "{database}", table "dbo.evidence_parent", column'
        " 'id'.",
        "23000",
        "IntegrityError",
        state=0,
    ),
    Case(
        547,
        "DELETE FROM dbo.evidence_parent WHERE id = 1",
        'The DELETE statement conflicted with the REFERENCE constraint "evidence_parent_fk". The'
        ' conflict occurred in database "{database}", table "dbo.evidence_child", column'
        " 'parent_id'.",
        "23000",
        "IntegrityError",
        state=0,
    ),
    Case(
        547,
        "UPDATE dbo.evidence_parent SET amount = 200 WHERE id = 1",
        'The UPDATE statement conflicted with the CHECK constraint "evidence_amount". The'
        ' conflict occurred in database "{database}", table "dbo.evidence_parent", column'
        " 'amount'.",
        "23000",
        "IntegrityError",
        state=0,
    ),
    Case(
        2601,
        "INSERT INTO dbo.evidence_child (name) VALUES ('X ')",
        "Cannot insert duplicate key row in object 'dbo.evidence_child' with unique index"
        " 'evidence_name'. The duplicate key value is (X ).",
        "23000",
        "IntegrityError",
        severity=14,
    ),
    Case(
        2627,
        "INSERT INTO dbo.evidence_parent VALUES (1, N'c', NULL)",
        "Violation of PRIMARY KEY constraint 'evidence_parent_pk'. Cannot insert duplicate key in"
        " object 'dbo.evidence_parent'. The duplicate key value is (1).",
        "23000",
        "IntegrityError",
        severity=14,
    ),
    Case(
        2627,
        "INSERT INTO dbo.evidence_parent VALUES (9, N'A', NULL)",
        "Violation of UNIQUE KEY constraint 'evidence_code'. Cannot insert duplicate key in"
        " object 'dbo.evidence_parent'. The duplicate key value is (A).",
        "23000",
        "IntegrityError",
        severity=14,
    ),
    Case(
        2628,
        "INSERT INTO dbo.evidence_parent VALUES (9, N'abcdefgh', NULL)",
        "String or binary data would be truncated in table '{database}.dbo.evidence_parent',"
        " column 'code'. Truncated value: 'abcde'.",
    ),
)

_NOT_CREATED: Final = (1750, 1, "Could not create constraint or index. See previous errors.")
_DEFINITION: Final = (
    Case(
        1505,
        "CREATE UNIQUE INDEX evidence_a ON dbo.evidence_rows (a)",
        "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the"
        " object name 'dbo.evidence_rows' and the index name 'evidence_a'. The duplicate key"
        " value is (1).",
        "23000",
        "IntegrityError",
    ),
    Case(
        1785,
        "CREATE TABLE dbo.evidence_tree (id int NOT NULL PRIMARY KEY, up int NULL"
        " CONSTRAINT evidence_up REFERENCES dbo.evidence_tree (id) ON DELETE CASCADE)",
        "Introducing FOREIGN KEY constraint 'evidence_up' on table 'evidence_tree' may cause"
        " cycles or multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION,"
        " or modify other FOREIGN KEY constraints.",
        state=0,
        followed_by=_NOT_CREATED,
    ),
    Case(
        1801,
        "CREATE DATABASE master",
        "Database 'master' already exists. Choose a different database name.",
        state=3,
    ),
    Case(
        1913,
        "CREATE INDEX evidence_b ON dbo.evidence_rows (a)",
        "The operation failed because an index or statistics with name 'evidence_b' already"
        " exists on table 'dbo.evidence_rows'.",
        "42S11",
    ),
    Case(
        2705,
        "CREATE TABLE dbo.evidence_twice (a int, A int)",
        "Column names in each table must be unique. Column name 'A' in table"
        " 'dbo.evidence_twice' is specified more than once.",
        "42S21",
        state=3,
    ),
    Case(
        2714,
        "CREATE TABLE dbo.evidence_rows (a int)",
        "There is already an object named 'evidence_rows' in the database.",
        "42S01",
        state=6,
    ),
    Case(
        3701,
        "DROP TABLE dbo.nope",
        "Cannot drop the table 'dbo.nope', because it does not exist or you do not have"
        " permission.",
        "42S02",
        severity=11,
        state=5,
    ),
    Case(
        3726,
        "DROP TABLE dbo.evidence_parent",
        "Could not drop object 'dbo.evidence_parent' because it is referenced by a FOREIGN KEY"
        " constraint.",
    ),
    Case(
        5074,
        "ALTER TABLE dbo.evidence_rows DROP COLUMN b",
        "The index 'evidence_b' is dependent on column 'b'.",
        followed_by=(
            4922,
            9,
            "ALTER TABLE DROP COLUMN b failed because one or more objects access this column.",
        ),
    ),
)

CHANGES: Final = (*_CHANGES, *_DEFINITION)
