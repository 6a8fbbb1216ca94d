"""What extra_params asks for that only Driver 18 has."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Keyword
from django_mssql_ops.configuration.driver_choice import DEFAULT_DRIVER, encrypt_values
from django_mssql_ops.configuration.effective_keywords import effective_keywords
from django_mssql_ops.configuration.keywords import ENCRYPT_17, ENCRYPT_18, KEYWORDS
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

_SINCE_18: Final = {k: name for k, name in KEYWORDS["18"].items() if k not in KEYWORDS["17"]}


def _is_driver_17(settings: ConnectionSettings) -> bool:
    """By name or by file; older drivers are retired, and rule 145's."""
    if settings.driver_family == "other":
        return False
    return encrypt_values(settings.driver_family, settings.driver) is ENCRYPT_17


@rule(124, "v18-keyword-on-17", stage="settings", needs=("settings.keywords",))
def v18_keyword_on_17(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """A keyword in `extra_params` exists since Driver 18, and Driver 17 ignores it.

    Driver 17 ignores keywords it does not know without a word. With `HostnameInCertificate` or
    `ServerCertificate` that means that an expectation about the server's certificate is dropped.
    The rule speaks where `driver` names Driver 17, and where `driver` is absent, because
    mssql-django then takes Driver 17 where it finds no 18. Use Driver 18 and name it:

        "OPTIONS": {"driver": "ODBC Driver 18 for SQL Server"}

    Source: Microsoft, "Major version differences" and "DSN and connection string keywords and
    attributes"; that unknown keywords are ignored was measured with msodbcsql 18.6.2.1.
    """
    settings = facts.settings
    if not keywords or not (settings.may_fall_back or _is_driver_17(settings)):
        return
    ignoring = (
        "Driver 17, to which mssql-django may fall back,"
        if settings.may_fall_back
        else repr(settings.driver)
    )
    for name in effective_keywords(settings):
        if name in _SINCE_18:
            yield warning(
                f"{facts.extra_params}: {ignoring} ignores {_SINCE_18[name]}",
                hint=f"Set OPTIONS['driver'] to {DEFAULT_DRIVER!r}.",
                about=_SINCE_18[name],
            )


@rule(125, "strict-on-17", stage="settings", needs=("settings.may_fall_back",))
def strict_on_17(facts: Facts, may_fall_back: bool) -> Verdicts:
    """`Encrypt` has a value that Driver 17 lacks, and mssql-django may fall back to Driver 17.

    `strict`, `mandatory` and `optional` came with Driver 18; Driver 17 knows `yes` and `no`. Where
    `driver` is absent and Driver 18 cannot be loaded, mssql-django tries Driver 17, and connecting
    then fails with an invalid value instead of saying that Driver 18 is missing. Name the driver.
    Where `driver` itself names Driver 17, rule 115 refuses such a value.

    Source: mssql-django 2.0, `get_new_connection`; Microsoft, "Major version differences".
    """
    if not may_fall_back:
        return
    keyword = effective_keywords(facts.settings).get("encrypt")
    value = keyword.value.lower() if keyword is not None and keyword.closed else ""
    if value in ENCRYPT_18 and value not in ENCRYPT_17:
        yield warning(
            f"{facts.extra_params}: Encrypt={value} is unknown to Driver 17, "
            "which mssql-django may fall back to",
            hint=f"Set OPTIONS['driver'] to {DEFAULT_DRIVER!r}.",
        )
