"""Which keywords of ``extra_params`` count, where several write the same one.

On pyodbc the text is glued behind what mssql-django writes itself, and of two occurrences of a
keyword the first counts (measured with msodbcsql 18.6.2.1): the backend's own shadow the others.
For mssql-python the backend leaves its own ones out where ``extra_params`` has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django_mssql_ops.configuration.authentication import PASSWORD_NOT_WRITTEN
from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Keyword
from django_mssql_ops.configuration.driver_choice import is_microsoft_name
from django_mssql_ops.configuration.keywords import canonical


def generated_keywords(settings: ConnectionSettings) -> Mapping[str, str]:
    """The keywords (lower case) that beat ``extra_params`` -> the setting each comes from.

    DRIVER makes a later DSN void as well (measured with unixODBC 2.3.11).
    """
    if settings.python_driver == "mssql_python":
        return {}
    return {"database": "NAME", **_of_server(settings), **_of_login(settings)}


def _of_server(settings: ConnectionSettings) -> Mapping[str, str]:
    if settings.dsn:
        return {"dsn": "OPTIONS['dsn']", "driver": "OPTIONS['dsn']"}
    driver = {"driver": "OPTIONS['driver']", "dsn": "OPTIONS['driver']"}
    if is_microsoft_name(settings.driver):
        return {**driver, "server": "HOST"}
    if not settings.host_is_server:
        return {**driver, "servername": "HOST"}
    port = {"port": "PORT"} if settings.port else {}
    return {**driver, **port, "server": "HOST"}


def _of_login(settings: ConnectionSettings) -> Mapping[str, str]:
    if settings.user_setting:
        return {"uid": "USER", **({"pwd": "PASSWORD"} if writes_password(settings) else {})}
    if writes_trusted_connection(settings):
        return {"trusted_connection": "Trusted_Connection"}
    return {}


def writes_password(settings: ConnectionSettings) -> bool:
    """True when PASSWORD becomes a keyword: beside a USER, and not with every authentication."""
    mode = _mode_as_the_backend_reads_it(settings)
    return bool(settings.user_setting) and mode not in PASSWORD_NOT_WRITTEN


def writes_trusted_connection(settings: ConnectionSettings) -> bool:
    """True when the setting Trusted_Connection becomes a keyword.

    USER, TOKEN and ``Authentication=`` keep it out; for another maker's driver mssql-django writes
    ``Integrated Security=SSPI`` in its place; on mssql-python ``extra_params`` may replace it.
    """
    if settings.user_setting or settings.has_token:
        return False
    if _mode_as_the_backend_reads_it(settings) is not None:
        return False
    if settings.python_driver == "mssql_python":
        return settings.keyword("trusted_connection") is None
    return is_microsoft_name(settings.driver)


def _mode_as_the_backend_reads_it(settings: ConnectionSettings) -> str | None:
    """The backend also sees an Authentication that ODBC loses or takes for another name."""
    value = settings.keyword("authentication")
    return None if value is None else value.strip().lower()


def effective_keywords(settings: ConnectionSettings) -> dict[str, Keyword]:
    """Canonical name -> the pair of ``extra_params`` that decides about it.

    Left out is what the driver never sees: a lost pair, a name with a blank (on pyodbc), and what
    the backend's own keywords shadow.
    """
    effective: dict[str, Keyword] = {}
    if settings.keywords:
        generated = generated_keywords(settings)
        for name, keyword in seen_keywords(settings):
            if name not in generated:
                effective.setdefault(name, keyword)
    return effective


def seen_keywords(settings: ConnectionSettings) -> Iterator[tuple[str, Keyword]]:
    """Every pair of ``extra_params`` that the driver reads, in order, under its canonical name."""
    for keyword in settings.keywords:
        if keyword.is_seen:
            yield canonical(keyword.name, settings.driver_family), keyword
