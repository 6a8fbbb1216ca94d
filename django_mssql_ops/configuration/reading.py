"""One entry of ``DATABASES`` read into facts, following mssql-django 2.0's ``base.py``.

What the backend writes into the connection string decides: on pyodbc the first occurrence of a
keyword wins (measured with msodbcsql 18.6.2.1), so generated keywords beat ``extra_params``; for
mssql-python the backend drops the generated ones, so ``extra_params`` wins.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Keyword, Target
from django_mssql_ops.configuration.driver_choice import (
    DEFAULT_DRIVER,
    choose_python_driver,
    driver_family,
    encrypt_mode,
    is_microsoft_name,
)
from django_mssql_ops.configuration.entry import Entry, is_truthy
from django_mssql_ops.configuration.extra_params import ExtraParams, read_extra_params
from django_mssql_ops.configuration.keywords import canonical
from django_mssql_ops.configuration.redaction import redact
from django_mssql_ops.configuration.target import LOCAL_HOST, TargetProblem, read_server
from django_mssql_ops.configuration.token import read_token


def read_settings(alias: str, settings_dict: Mapping[str, Any]) -> ConnectionSettings:
    """The facts of ``DATABASES[alias]``.

    A value of a wrong type becomes a fact in ``wrong_types`` and its default takes its place.
    Raises ConfigurationError when the entry, its OPTIONS or its TEST is not a mapping at all.
    """
    return _Reading(Entry(alias, settings_dict)).facts()


class _Reading:
    """The effective value of every setting of one entry."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.python_driver = choose_python_driver(entry.options.get("python_driver"))
        self.driver = entry.option_text("driver", DEFAULT_DRIVER)
        self.dsn = entry.option_text("dsn")
        self.family = driver_family(self.python_driver, self.driver, self.dsn)
        self.host_is_server = is_truthy(entry.options.get("host_is_server"))
        self.extra = self._extra_params()
        self.host = entry.text("HOST")
        self.port = entry.port()
        self.user = entry.text("USER")
        self.authentication = self._authentication()

    def facts(self) -> ConnectionSettings:
        entry = self.entry
        target, problem = self._target()
        encrypt_value = self._first("encrypt")
        encrypt = encrypt_mode(self.family, self.driver, encrypt_value)
        trusts = self._first_lower("trustservercertificate") == "yes"
        return ConnectionSettings(
            alias=entry.alias,
            engine=redact(entry.text("ENGINE")),
            name=self._name(),
            host=redact(self.host),
            port=redact(self.port),
            user=redact(self._effective_user()),
            has_password=self._has_password(),
            has_token="TOKEN" in entry.values,
            target=target,
            target_problem=problem,
            python_driver=self.python_driver,
            driver=redact(self.driver),
            driver_is_explicit="driver" in entry.options,
            driver_family=self.family,
            dsn=redact(self.dsn),
            host_is_server=self.host_is_server,
            encrypt=encrypt,
            encrypt_value=encrypt_value,
            trust_server_certificate=trusts and encrypt != "strict",
            hostname_in_certificate=self._first("hostnameincertificate") or "",
            server_certificate=self._first("servercertificate") or "",
            authentication=self.authentication,
            application_intent=self._first_lower("applicationintent") or "readwrite",
            multi_subnet_failover=self._first_lower("multisubnetfailover") == "yes",
            isolation_level=redact(entry.option_text("isolation_level")),
            connection_timeout=entry.option_integer("connection_timeout", 0),
            query_timeout=entry.option_integer("query_timeout", 0),
            connection_retries=entry.option_integer("connection_retries", 5),
            test_collation=redact(entry.test_text("COLLATION")),
            keywords=self.extra.keywords,
            malformed=self.extra.malformed,
            cut_behind=self.extra.cut_behind,
            unclosed_brace=self.extra.unclosed_brace,
            extra_params_type=self._extra_params_type(),
            option_names=entry.names(entry.options),
            top_level_names=entry.names(entry.values),
            user_setting=redact(self.user),
            trusted_connection=self._trusted_connection(),
            python_driver_option=self._python_driver_option(),
            connection_retry_backoff_time=entry.option_integer("connection_retry_backoff_time", 5),
            return_rows_bulk_insert=is_truthy(entry.options.get("return_rows_bulk_insert")),
            conn_max_age=entry.conn_max_age(),
            conn_health_checks=is_truthy(entry.values.get("CONN_HEALTH_CHECKS")),
            token=read_token(entry.values["TOKEN"]) if "TOKEN" in entry.values else None,
            # The last one: reading a value of a wrong type is what notes it.
            wrong_types=dict(entry.wrong_types),
        )

    def _trusted_connection(self) -> str | None:
        value = self.entry.values.get("Trusted_Connection")
        return redact(value) if isinstance(value, str) else None

    def _python_driver_option(self) -> str:
        value = self.entry.options.get("python_driver")
        if isinstance(value, str):
            return redact(value)
        return f"<{type(value).__name__}>" if is_truthy(value) else ""

    def _extra_params(self) -> ExtraParams:
        value = self.entry.options.get("extra_params")
        if not isinstance(value, str):
            return ExtraParams()
        return read_extra_params(value, as_written=self.python_driver == "pyodbc")

    def _extra_params_type(self) -> str | None:
        """The type's name; None when extra_params is absent or empty, which the backend skips."""
        value = self.entry.options.get("extra_params")
        return type(value).__name__ if is_truthy(value) else None

    @functools.cached_property
    def _seen(self) -> dict[str, tuple[int, Keyword]]:
        """Canonical name -> place and pair of its first occurrence that the driver sees."""
        seen: dict[str, tuple[int, Keyword]] = {}
        for place, keyword in enumerate(self.extra.keywords):
            if keyword.is_seen:
                seen.setdefault(canonical(keyword.name, self.family), (place, keyword))
        return seen

    def _first_keyword(self, *names: str) -> Keyword | None:
        """The first of ``names`` in the order of ``extra_params``."""
        found = [self._seen[name] for name in names if name in self._seen]
        return min(found, key=lambda seen: seen[0])[1] if found else None

    def _first(self, *names: str) -> str | None:
        keyword = self._first_keyword(*names)
        return keyword.value if keyword is not None else None

    def _first_lower(self, *names: str) -> str:
        return (self._first(*names) or "").strip().lower()

    def _extra_wins(self, *names: str) -> str | None:
        """The value from ``extra_params`` where it beats the Django setting (mssql-python only)."""
        return self._first(*names) if self.python_driver == "mssql_python" else None

    def _authentication(self) -> str | None:
        value = self._first("authentication")
        return value.strip().lower() if value is not None else None

    def _name(self) -> str | None:
        own = redact(self.entry.text("NAME"))
        if "NAME" in self.entry.values and self.entry.values["NAME"] is None:
            return self._extra_wins("database")
        return self._extra_wins("database") or own if own else own

    def _effective_user(self) -> str:
        """USER, else UID from ``extra_params`` unless Trusted_Connection makes it void."""
        extra = self._first("uid")
        if self.python_driver == "mssql_python":
            return extra or self.user
        return self.user or ("" if self._is_trusted() else extra or "")

    def _is_trusted(self) -> bool:
        """True when the backend adds ``Trusted_Connection=yes``."""
        if self.user or "TOKEN" in self.entry.values:
            return False
        # The backend also sees what ODBC loses.
        if any(keyword.key == "authentication" for keyword in self.extra.keywords):
            return False
        return self.entry.text("Trusted_Connection", "yes").lower() == "yes"

    def _has_password(self) -> bool:
        return bool(self.entry.text("PASSWORD")) or self._first_keyword("pwd") is not None

    def _target(self) -> tuple[Target | None, str]:
        try:
            return self._effective_target(), ""
        except TargetProblem as problem:
            return None, str(problem)

    def _effective_target(self) -> Target:
        """Address and Addr beat Server on ODBC whatever their order (measured, 18.6.2.1)."""
        extra = self._first("addr", "address")
        if extra is None and (self.family in ("mssql_python", "dsn") or self._writes_no_server):
            extra = self._first("server")
        if extra is not None:
            return read_server(extra)
        if self.family == "dsn":
            raise TargetProblem("the data source name (dsn) decides the server, HOST does not")
        if self.family == "freetds" and not self.host_is_server:
            raise TargetProblem(
                "HOST is looked up in freetds.conf by this driver; "
                "set OPTIONS['host_is_server'] to use it as a host name"
            )
        return read_server(self._server())

    @property
    def _writes_no_server(self) -> bool:
        return not is_microsoft_name(self.driver) and not self.host_is_server

    def _server(self) -> str:
        """SERVER as the backend writes it; behind a path PORT is a keyword the driver ignores."""
        if self.family == "path" or not self.port:
            return self.host
        host = self.host or (LOCAL_HOST if self.python_driver == "mssql_python" else "")
        return f"{host},{self.port}"
