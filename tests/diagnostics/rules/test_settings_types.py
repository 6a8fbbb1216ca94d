from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python

TRUSTED: dict[str, Any] = {"USER": "", "PASSWORD": ""}


class TestValueNotString:
    @pytest.mark.parametrize(
        ("values", "path", "type_name"),
        [
            (entry(NAME=5), "['NAME']", "type int"),
            (entry(HOST=None), "['HOST']", "None"),
            (entry(USER=b"svc"), "['USER']", "type bytes"),
            (entry(PASSWORD=None), "['PASSWORD']", "None"),
            (entry(TOKEN=None, **TRUSTED), "['TOKEN']", "None"),
            (entry(TOKEN=b"x", **TRUSTED), "['TOKEN']", "type bytes"),
            (entry(Trusted_Connection=True, **TRUSTED), "['Trusted_Connection']", "type bool"),
            (entry(options={"driver": None}), "['OPTIONS']['driver']", "None"),
            (entry(options={"dsn": 5}), "['OPTIONS']['dsn']", "type int"),
            (entry(options={"isolation_level": 5}), "['OPTIONS']['isolation_level']", "type int"),
            (entry(TEST={"COLLATION": 5}), "['TEST']['COLLATION']", "type int"),
        ],
    )
    def test_another_type_is_an_error(self, values: Any, path: str, type_name: str) -> None:
        (finding,) = findings(105, values)
        assert finding.id == "mssql_ops.E105"
        assert finding.message.startswith(f"DATABASES['default']{path} is ")
        assert f"{type_name} and must be a str" in finding.message
        assert all_ids(values) == ["mssql_ops.E105"]

    def test_several_are_told_apart(self) -> None:
        values = entry(NAME=5, HOST=6, PASSWORD=7)
        assert [f.about for f in findings(105, values)] == ["NAME", "HOST", "PASSWORD"]

    def test_no_value_is_quoted(self) -> None:
        (finding,) = findings(105, entry(PASSWORD=b"hunter2"))
        assert "hunter2" not in repr(finding)

    @pytest.mark.parametrize(
        "values",
        [
            entry(),
            entry(NAME=None),
            entry(USER=None, PASSWORD=""),
            entry(PORT=1444),
            # What the connection does not use:
            entry(USER="", PASSWORD=None),
            entry(PASSWORD=None, extra="Authentication=ActiveDirectoryMsi"),
            entry(Trusted_Connection=True),
            entry(HOST=None, options={"dsn": "shop"}),
            mssql_python(HOST=None),
            mssql_python(options={"driver": None}),
        ],
    )
    def test_text_and_what_is_not_used_are_fine(self, values: Any) -> None:
        assert ids(105, values) == []

    def test_a_number_for_the_host_is_no_localhost(self) -> None:
        assert ids(105, mssql_python(HOST=5)) == ["mssql_ops.E105"]


class TestTimeoutTypes:
    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("connection_timeout", "30", "a value of type str"),
            ("connection_timeout", 2.5, "a value of type float"),
            ("query_timeout", None, "None"),
            ("query_timeout", -1, "negative"),
            ("connection_retries", True, "a value of type bool"),
            ("connection_retries", float("inf"), "a value of type float"),
            ("connection_retry_backoff_time", "5", "a value of type str"),
            ("connection_retry_backoff_time", -5, "negative"),
        ],
    )
    def test_anything_but_a_whole_number_is_an_error(
        self, name: str, value: object, problem: str
    ) -> None:
        (finding,) = findings(166, entry(options={name: value}))
        assert finding.id == "mssql_ops.E166"
        assert finding.message.startswith(
            f"DATABASES['default']['OPTIONS'][{name!r}] is {problem} and must be a whole number"
        )
        assert finding.about == f"OPTIONS.{name}"
        assert all_ids(entry(options={name: value})) == ["mssql_ops.E166"]

    @pytest.mark.parametrize("value", ["600", True, [600]])
    def test_the_age_of_connections_must_be_a_number(self, value: object) -> None:
        (finding,) = findings(166, entry(CONN_MAX_AGE=value))
        assert "DATABASES['default']['CONN_MAX_AGE'] is a value of type" in finding.message
        assert all_ids(entry(CONN_MAX_AGE=value)) == ["mssql_ops.E166"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(options={"connection_timeout": 0, "query_timeout": 0, "connection_retries": 0}),
            entry(options={"connection_retry_backoff_time": 0.5}),
            entry(CONN_MAX_AGE=None),
            entry(CONN_MAX_AGE=0.5),
        ],
    )
    def test_numbers_are_fine(self, values: Any) -> None:
        assert ids(166, values) == []
