"""JSON functions: what they find, in which text, and when they complain."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.standin.sqltypes.sql_type import nvarchar
from tests.standin.translation.functions import json_text
from tests.test_standin.functions.evaluation import Evaluation

DOCUMENT = '{"name": "Ann", "tags": ["x", 2.50, null, {"a b": true}], "name": "Bob", "none": null}'


@pytest.mark.parametrize(
    ("path", "value", "fragment", "exists"),
    [
        ("$.name", "Ann", None, 1),
        ("$.tags[0]", "x", None, 1),
        ("$.tags[1]", "2.50", None, 1),
        ("$.tags[2]", None, None, 1),
        ("$.tags[3]", None, '{"a b": true}', 1),
        ('$.tags[3]."a b"', "true", None, 1),
        ("lax $.tags[4]", None, None, 0),
        ("$.Name", None, None, 0),
        ("$.none", None, None, 1),
        ("$.name[0]", None, None, 0),
        ("$", None, DOCUMENT, 1),
    ],
)
def test_finds_by_path(
    sql: Evaluation, path: str, value: str | None, fragment: str | None, exists: int
) -> None:
    sql.variables["@d"] = (nvarchar(), DOCUMENT)
    quoted = path.replace("'", "''")
    assert sql.value(f"JSON_VALUE(@d, '{quoted}')") == value
    assert sql.value(f"JSON_QUERY(@d, '{quoted}')") == fragment
    assert sql.value(f"JSON_PATH_EXISTS(@d, '{quoted}')") == exists


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("[]", 1),
        (' {"a": 1}', 1),
        ("5", 0),
        ('"a"', 0),
        ("{a}", 0),
        ("[NaN]", 0),
        ("", 0),
        ("[1,]", 0),
    ],
)
def test_isjson_wants_an_object_or_array(sql: Evaluation, text: str, valid: int) -> None:
    sql.variables["@d"] = (nvarchar(), text)
    assert sql.value("ISJSON(@d)") == valid


def test_types_and_null(sql: Evaluation) -> None:
    assert sql.type("JSON_VALUE('{}', '$.a')") == "nvarchar(4000)"
    assert sql.type("JSON_QUERY('{}')") == "nvarchar(max)"
    assert sql.value("ISJSON(NULL)") is None
    assert sql.value("JSON_VALUE(NULL, '$.a')") is None


def test_a_value_that_is_too_long_is_null(sql: Evaluation) -> None:
    sql.variables["@d"] = (nvarchar(), json.dumps({"a": "x" * 4001}))
    assert sql.value("JSON_VALUE(@d, '$.a')") is None
    assert sql.failure("JSON_VALUE(@d, 'strict $.a')").number == 13625


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("JSON_VALUE('{x', '$.a')", 13609),
        ("JSON_VALUE('5', '$')", 13609),
        ("JSON_VALUE('{}', 'a')", 13607),
        ("JSON_VALUE('{}', '$.')", 13607),
        ("JSON_VALUE('{}', 'strict $.a')", 13608),
        ("JSON_VALUE('{\"a\": []}', 'strict $.a')", 13623),
        ("JSON_QUERY('{\"a\": 1}', 'strict $.a')", 13624),
        ("JSON_VALUE(5, '$.a')", 8116),
    ],
)
def test_fails(sql: Evaluation, expression: str, number: int) -> None:
    assert sql.failure(expression).number == number


def test_key_transforms_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/compiler.py, _as_sql_json_keytransform.
    key = "COALESCE(JSON_QUERY({0}, '$.a'), JSON_VALUE({0}, '$.a'))"
    assert sql.value(key.format("""N'{"a": "x"}'""")) == "x"
    assert sql.value(key.format("""N'{"a": [1]}'""")) == "[1]"


def test_arrays_as_mssql_django_asks(sql: Evaluation) -> None:
    # mssql/functions.py, sqlserver_json_array.
    rows = sql.rows(
        "SELECT JSON_QUERY((SELECT '[' + STRING_AGG(CASE WHEN value IS NULL THEN 'null'"
        " WHEN ISJSON(value) = 1 THEN value WHEN ISNUMERIC(value) = 1"
        " THEN CAST(value AS NVARCHAR(MAX)) ELSE CONCAT('\"', REPLACE(REPLACE(value, '\\', '\\\\'),"
        " '\"', '\\\"'), '\"') END, ',') + ']'"
        " FROM (VALUES (CAST('a\"b' AS NVARCHAR(MAX))),('1'),(NULL)) AS t(value)))"
    )
    assert rows == [('["a\\"b",1,null]',)]


keys = st.text(max_size=4)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40)
@given(st.lists(documents, max_size=3) | st.dictionaries(keys, documents, max_size=3))
def test_every_member_is_found_as_it_is_written(document: list[object] | dict[str, object]) -> None:
    text = json.dumps(document, indent=1)
    members = enumerate(document) if isinstance(document, list) else document.items()
    for step, member in members:
        written = f"$[{step}]" if isinstance(step, int) else f"$.{json.dumps(step)}"
        found = json_text.find(text, json_text.parse_path(written))
        assert found is not None
        assert json.loads(found.text) == member
        assert found.is_container is isinstance(member, list | dict)
