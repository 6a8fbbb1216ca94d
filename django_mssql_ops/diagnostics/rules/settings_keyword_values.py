"""Keywords of extra_params whose values the driver checks; Encrypt has a file of its own."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.connection_settings import Keyword
from django_mssql_ops.configuration.driver_choice import is_microsoft_driver
from django_mssql_ops.configuration.effective_keywords import effective_keywords
from django_mssql_ops.configuration.keywords import KEYWORDS
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, rule, warning

_YES_NO: Final = ("yes", "no")
_INTENTS: Final = ("readonly", "readwrite")
#: In lower case, as drivers compare them.
_SWITCHES: Final = (
    "ansinpw",
    "autotranslate",
    "mars_connection",
    "multisubnetfailover",
    "quotedid",
    "regional",
    "trusted_connection",
    "trustservercertificate",
    "usefmtonly",
)


def _decisive(facts: Facts, *names: str) -> list[tuple[str, Keyword]]:
    """Usual spelling and pair of those of ``names`` whose value the driver will judge.

    What mssql-python does not know at all is another rule's, and so is a brace left open.
    """
    settings = facts.settings
    if not settings.keywords or not is_microsoft_driver(settings.driver_family, settings.driver):
        return []
    effective = effective_keywords(settings)
    known = KEYWORDS["mssql_python" if settings.python_driver == "mssql_python" else "18"]
    pairs = ((name, effective[name]) for name in names if name in effective and name in known)
    return [(known[name], pair) for name, pair in pairs if pair.closed]


def _refused(facts: Facts, spelling: str, value: str, hint: str) -> Verdict:
    """ODBC takes an empty value for none when nothing follows, and mostly refuses it otherwise."""
    path = f"{facts.extra_params}"
    if not value and facts.settings.python_driver == "pyodbc":
        return warning(
            f"{path}: {spelling} has no value; the driver may refuse it", hint=hint, about=spelling
        )
    return error(
        f"{path}: {spelling}={value!r} is refused by the driver", hint=hint, about=spelling
    )


def _hint(spelling: str, value: str, accepted: tuple[str, ...], words: str) -> str:
    bare = value.strip()
    if bare != value and bare.lower() in accepted:
        return f"Remove the blanks: '{spelling}={bare};'."
    return f"Use {words}."


@rule(116, "yesno-value", stage="settings", needs=("settings.keywords",))
def yesno_value(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """A keyword of `extra_params` takes `yes` and `no` only, and has another value.

    `TrustServerCertificate=true`, `MARS_Connection=1` or `MultiSubnetFailover=on` are refused
    before any network traffic. Case does not matter, but on pyodbc a blank before or behind the
    word does. An empty value is a warning there, because it mostly passes when nothing follows it;
    mssql-python refuses it. Judged are `AnsiNPW`, `AutoTranslate`, `MARS_Connection`,
    `MultiSubnetFailover`, `QuotedId`, `Regional`, `Trusted_Connection`, `TrustServerCertificate`
    and `UseFMTONLY`.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; Driver 17 is taken to
    be the same.
    """
    for spelling, pair in _decisive(facts, *_SWITCHES):
        if pair.value.lower() not in _YES_NO:
            hint = _hint(spelling, pair.value, _YES_NO, "yes or no")
            yield _refused(facts, spelling, pair.value, hint)


@rule(118, "application-intent-value", stage="settings", needs=("settings.keywords",))
def application_intent_value(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`ApplicationIntent` is neither `ReadOnly` nor `ReadWrite`.

    The driver refuses other words before any network traffic, `Read-Only` and `yes` among them.
    Case does not matter, but on pyodbc a blank before or behind the word does. An empty value is a
    warning there, because it passes when nothing follows it; mssql-python refuses it.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; Driver 17 is taken to
    be the same.
    """
    for spelling, pair in _decisive(facts, "applicationintent"):
        if pair.value.lower() not in _INTENTS:
            hint = _hint(spelling, pair.value, _INTENTS, "ReadOnly or ReadWrite")
            yield _refused(facts, spelling, pair.value, hint)


@rule(119, "connect-retry-count-range", stage="settings", needs=("settings.keywords",))
def connect_retry_count_range(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`ConnectRetryCount` is not a whole number from 0 to 255.

    The driver refuses it before any network traffic: a sign, a fraction, a blank, more than three
    digits. The keyword says how often the driver restores a connection that broke while it was
    idle; it does not repeat a failed attempt to connect, for which mssql-django has
    `connection_retries`. An empty value means the default, 1, on pyodbc; mssql-python refuses it.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; Microsoft, "Connection
    resiliency in the ODBC driver".
    """
    is_odbc = facts.settings.python_driver == "pyodbc"
    for spelling, pair in _decisive(facts, "connectretrycount"):
        if not (is_odbc and not pair.value) and not _is_within(pair.value, 0, 255):
            hint = "Use a whole number from 0 to 255."
            yield _refused(facts, spelling, pair.value, hint)


@rule(120, "connect-retry-interval-range", stage="settings", needs=("settings.keywords",))
def connect_retry_interval_range(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`ConnectRetryInterval` is not a whole number of seconds from 1 to 60.

    The driver refuses it before any network traffic, 0 included: a pause between two attempts to
    restore a broken idle connection cannot be left out. The default is 10. An empty value is a
    warning on pyodbc, because it passes when nothing follows it; mssql-python refuses it.

    Source: measured with msodbcsql 18.6.2.1 on Linux and mssql-python 1.16; Microsoft, "Connection
    resiliency in the ODBC driver".
    """
    for spelling, pair in _decisive(facts, "connectretryinterval"):
        if not _is_within(pair.value, 1, 60):
            hint = "Use a whole number of seconds from 1 to 60."
            yield _refused(facts, spelling, pair.value, hint)


def _is_within(text: str, lowest: int, highest: int) -> bool:
    """The driver takes no more digits than the highest number has, leading zeros included."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(highest)):
        return False
    return lowest <= int(text) <= highest
