"""OPTIONS["python_driver"]: mssql-python in place of pyodbc, and what it does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.authentication import PASSWORD_NOT_WRITTEN
from django_mssql_ops.configuration.connection_settings import Keyword
from django_mssql_ops.configuration.driver_choice import MSSQL_PYTHON_SPELLINGS
from django_mssql_ops.configuration.keywords import KEYWORDS, setting_instead, suggest
from django_mssql_ops.configuration.option_names import SETTING_OF_KEYWORD
from django_mssql_ops.configuration.redaction import HIDDEN
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, rule, warning
from django_mssql_ops.diagnostics.support_matrix import version_pair

#: What mssql-python brings itself or does not have.
_IGNORED: Final = ("driver", "dsn", "host_is_server", "unicode_results")
_ALWAYS_ENCRYPTED: Final = (
    "columnencryption",
    "keystoreauthentication",
    "keystorelocation",
    "keystoreprincipalid",
    "keystoresecret",
)
#: Keywords of ODBC (lower case) -> why mssql-python refuses them, and what to do.
_REMEDIES: Final[Mapping[str, str]] = {
    "app": "Remove it: mssql-python always calls itself MSSQL-Python.",
    "driver": "Remove it: mssql-python brings its own driver.",
    "mars_connection": "Remove it: mssql-python has no MARS, and mssql-django knows.",
}
_OLDEST_MSSQL_PYTHON: Final = (1, 15)
#: The first mssql-django that knows the option.
_FIRST_MSSQL_DJANGO: Final = (2, 0)


#: Keywords whose values no other rule looks at and which hold no secret.
_WITHOUT_RULE_FOR_VALUES: Final = frozenset(
    {
        "addr",
        "address",
        "database",
        "hostnameincertificate",
        "ipaddresspreference",
        "keepalive",
        "keepaliveinterval",
        "packet size",
        "packetsize",
        "server",
        "servercertificate",
        "serverspn",
        "uid",
    }
)


@rule(151, "python-driver-value", stage="settings", needs=("settings.python_driver_option",))
def python_driver_value(facts: Facts, option: str) -> Verdicts:
    """`python_driver` has a value that mssql-django does not know, so pyodbc is used.

    The option selects mssql-python when it is `mssql_python`, `mssql-python` or `python`, in any
    case. Every other value, a misspelt one included, means pyodbc without a word: the alias then
    connects through another driver than the settings say, with other authentication modes and other
    defaults. Correct the value; for pyodbc leave the option out or write `pyodbc`.

    Source: mssql-django 2.0, _uses_mssql_python.
    """
    written = option.strip().lower()
    if not written or written == "pyodbc" or written in MSSQL_PYTHON_SPELLINGS:
        return
    yield error(
        f"{facts.setting('OPTIONS')}['python_driver'] is {option!r}, which mssql-django does not "
        "know: it uses pyodbc",
        hint="Set it to 'mssql_python', or remove it if pyodbc is meant.",
    )


@rule(
    152,
    "python-driver-ignored-option",
    stage="settings",
    needs=("settings.python_driver", "settings.option_names"),
)
def python_driver_ignored_option(
    facts: Facts, python_driver: str, names: tuple[str, ...]
) -> Verdicts:
    """An option of pyodbc stands beside `python_driver` and has no effect there.

    mssql-python brings Microsoft's ODBC driver along, so `driver` and `dsn` select nothing;
    `host_is_server` and `unicode_results` belong to pyodbc. mssql-django reads none of them on this
    path. With a `dsn` that means: the server, and whatever else the data source says, is not the
    one that gets used. Remove the option, or move what it was for to `HOST`, `PORT` and
    `extra_params`.

    Source: mssql-django 2.0, _build_connection_string and get_new_connection.
    """
    if python_driver != "mssql_python":
        return
    for name in _IGNORED:
        if name in names:
            yield warning(
                f"{facts.setting('OPTIONS')}[{name!r}] has no effect: python_driver selects "
                "mssql-python, which brings its own ODBC driver",
                hint=f"Remove {name!r}, or remove 'python_driver' if pyodbc is meant.",
                about=name,
            )


@rule(
    153,
    "python-driver-keyword",
    stage="settings",
    needs=("settings.python_driver", "settings.keywords"),
)
def python_driver_keyword(
    facts: Facts, python_driver: str, keywords: tuple[Keyword, ...]
) -> Verdicts:
    """`extra_params` has a keyword that mssql-python refuses.

    Where the ODBC driver ignores a keyword it does not know, mssql-python has a short list of
    keywords and raises `ConnectionStringParseError` for every other one, before it connects. That
    exception is none of the database exceptions Django knows, so code that catches
    `django.db.Error` does not catch it. Keywords of the ODBC driver such as `MARS_Connection` and
    `APP` are not on the list. Remove the keyword, or correct its spelling.

    It refuses a keyword without a value in the same way.

    Source: mssql-python 1.16, constants.py and connection_string_parser.py; measured.
    """
    if python_driver != "mssql_python":
        return
    known = KEYWORDS["mssql_python"]
    for keyword in keywords:
        if keyword.name == HIDDEN:
            yield _unnamed(facts, keyword)
        elif keyword.key not in known and keyword.key not in _ALWAYS_ENCRYPTED:
            yield error(
                f"{facts.extra_params}: mssql-python refuses the keyword "
                f"{keyword.name!r}, which it does not know",
                hint=_remedy(keyword, known),
                about=keyword.name,
            )
        elif keyword.key in _WITHOUT_RULE_FOR_VALUES and not keyword.value.strip():
            yield error(
                f"{facts.extra_params}: {known[keyword.key]} has no value, which mssql-python "
                "refuses",
                hint="Give it a value, or remove it.",
                about=keyword.name,
            )


def _remedy(keyword: Keyword, known: Mapping[str, str]) -> str:
    if keyword.key in _REMEDIES:
        return _REMEDIES[keyword.key]
    elsewhere = setting_instead(keyword.name)
    if elsewhere:
        return f"Use {elsewhere} instead."
    if keyword.key in SETTING_OF_KEYWORD:
        return f"Use {SETTING_OF_KEYWORD[keyword.key]!r} instead."
    if keyword.key in KEYWORDS["18"]:
        return "Remove it: only the ODBC driver behind pyodbc has it."
    suggestion = suggest(keyword.name, known.values())
    return f"Did you mean {suggestion}?" if suggestion else "Remove it or correct its spelling."


def _unnamed(facts: Facts, keyword: Keyword) -> Verdict:
    place = f"position {keyword.position}"
    return error(
        f"{facts.extra_params}: mssql-python refuses the keyword at {place}, which "
        "it does not know (not shown, as it may hold a secret)",
        hint="Use the PASSWORD setting for a password; within extra_params a value with ';' needs "
        "braces: PWD={...}.",
        about=place,
    )


@rule(154, "python-driver-blank-password", stage="settings", needs=("settings.python_driver",))
def python_driver_blank_password(facts: Facts, python_driver: str) -> Verdicts:
    """`USER` is set and `PASSWORD` is empty, which mssql-python refuses.

    mssql-django sends `PWD` together with every `USER`, unless `Authentication` names a mode that
    needs none, and mssql-python raises `ConnectionStringParseError` for a keyword with an empty
    value ("Empty value for keyword 'pwd'"). On pyodbc the same settings reach the server, which
    then refuses the login. Set `PASSWORD`, often an environment variable that is not there, or name
    the mode:

        "OPTIONS": {"python_driver": "mssql_python",
                    "extra_params": "Authentication=ActiveDirectoryMsi"}

    Source: mssql-django 2.0, _build_connection_string; measured with mssql-python 1.16.
    """
    settings = facts.settings
    if python_driver != "mssql_python" or not settings.user_setting or settings.has_password:
        return
    # A token beside USER is rule 133; None and other types are rule 105.
    if settings.has_token or "PASSWORD" in settings.wrong_types:
        return
    if settings.authentication not in PASSWORD_NOT_WRITTEN:
        yield error(
            f"{facts.setting('PASSWORD')} is empty: mssql-python refuses the connection "
            "string that mssql-django makes of it",
            hint="Set PASSWORD, or name an Authentication in OPTIONS['extra_params'] that needs "
            "none, such as ActiveDirectoryMsi.",
        )


@rule(
    155,
    "python-driver-always-encrypted",
    stage="settings",
    needs=("settings.python_driver", "settings.keywords"),
)
def python_driver_always_encrypted(
    facts: Facts, python_driver: str, keywords: tuple[Keyword, ...]
) -> Verdicts:
    """Always Encrypted is asked of mssql-python, which does not support it.

    `ColumnEncryption` and the `KeyStore...` keywords are no keywords of mssql-python: it raises
    `ConnectionStringParseError` before it connects. Only the ODBC driver behind pyodbc encrypts and
    decrypts columns. Use pyodbc for the alias whose tables have encrypted columns; other aliases
    of the project can stay with mssql-python.

    Source: Microsoft, "Always Encrypted" for mssql-django; measured with mssql-python 1.16.
    """
    if python_driver != "mssql_python":
        return
    named = [keyword.name for keyword in keywords if keyword.key in _ALWAYS_ENCRYPTED]
    if named:
        yield error(
            f"{facts.extra_params} has {', '.join(named)}: mssql-python does "
            "not support Always Encrypted and refuses to connect",
            hint="Remove OPTIONS['python_driver'] for this alias: pyodbc supports it.",
        )


@rule(
    156,
    "python-driver-missing",
    stage="settings",
    needs=("settings.python_driver", "project.versions"),
)
def python_driver_missing(
    facts: Facts, python_driver: str, versions: Mapping[str, str]
) -> Verdicts:
    """`python_driver` selects mssql-python, and what is installed cannot do that.

    mssql-django imports mssql-python when the first connection is made, and raises
    `ImproperlyConfigured` when it is missing or older than 1.15: the project starts and then fails
    at its first query. mssql-django before 2.0 does not know the option at all, ignores it and uses
    pyodbc, another driver than the settings say.

        python -m pip install "mssql-django>=2" "mssql-python>=1.15"

    Source: mssql-django 2.0, _load_mssql_python; mssql-django 1.8.0, in which the option does not
    occur.
    """
    if python_driver != "mssql_python":
        return
    path = f"{facts.setting('OPTIONS')}['python_driver']"
    backend, installed = versions.get("mssql-django"), versions.get("mssql-python")
    if backend and version_pair(backend) < _FIRST_MSSQL_DJANGO:
        yield error(
            f"{path} has no effect: mssql-django {backend} does not know it and uses pyodbc",
            hint='Install it: python -m pip install "mssql-django>=2".',
        )
    elif installed is None:
        yield error(
            f"{path} selects mssql-python, which is not installed",
            hint='Install it: python -m pip install "mssql-python>=1.15".',
        )
    elif version_pair(installed) < _OLDEST_MSSQL_PYTHON:
        yield error(
            f"{path} selects mssql-python, of which {installed} is installed; mssql-django "
            "needs 1.15 or newer",
            hint='Upgrade it: python -m pip install "mssql-python>=1.15".',
        )
