"""No format shows a secret, at any verbosity, whatever the settings and the driver hold.

The facts go the whole way: settings are read, every rule is asked about an alias where everything
is wrong, and the report is rendered.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.errors import classify
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.reports import RENDERERS, render
from tests.diagnostics.rules.building import login
from tests.diagnostics.rules.test_live_rules import broken_facts, pyodbc_error, whole_report

#: Letters and digits only, so that no format writes it in another way, and no sentence holds it.
MARK: Final = "Xq9vT7zKw"

few = settings(max_examples=min(25, settings().max_examples), deadline=None)

#: Everything that means something to a parser, a shell, a terminal, XML, Markdown or GitHub.
_ODD: Final = [*";={}[]()<>&|@:/\\'\"`*_~#%$!?,. \t\n\r", "}}", "€", "\x00", "\x1b[", "]]>", "&#"]

#: The mark at the start or the end, where a careless cut would leave it.
SECRETS: Final = st.lists(st.sampled_from([MARK, "x", *_ODD]), max_size=5).flatmap(
    lambda pieces: st.sampled_from([MARK + "".join(pieces), "".join(pieces) + MARK])
)


def _around(*forms: str) -> st.SearchStrategy[str]:
    """The forms with a secret in place of each SECRET."""
    return st.builds(
        lambda form, secret: form.replace("SECRET", secret), st.sampled_from(forms), SECRETS
    )


#: A connection string or a URL where a name belongs.
NAMES: Final = _around(
    "db;PWD=SECRET",
    "Server=db;Password=SECRET;Encrypt=yes",
    "mssql://svc:SECRET@db.example.com/shop",
    "db\\sales;pwd=SECRET,1444",
    "passwd: SECRET",
    "AccessToken=SECRET",
    "svc Password = SECRET",
)
EXTRAS: Final = _around(
    "PWD=SECRET",
    "UID=svc;PWD=SECRET;Encrypt=true;Encript=yes",
    "PWD={SECRET};Encrypt=maybe",
    "PWD={SECRET",
    "PWD={x}SECRET;Encrypt=1",
    "PWD SECRET;Encrypt=1",
    "Password:SECRET=1",
    "Encrypt=yes PWD=SECRET",
    "Encrypt = true Password = SECRET",
    "Passwort=SECRET;Encript=no",
    "KeystoreSecret=SECRET;ColumnEncryption=Enabled",
    "APP={x;PWD=SECRET",
    "Token=SECRET",
    "Access Token=SECRET",
)
WORDS: Final = _around(
    "cannot connect with DRIVER=x;SERVER=y;UID=app;PWD=SECRET",
    "bad token=Bearer SECRET",
    "password: SECRET",
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """An entry of DATABASES with secrets where they belong and where they do not."""
    entry: dict[str, Any] = {
        "ENGINE": "mssql",
        "NAME": "shop",
        "HOST": "db.example.com",
        "USER": "app",
        "PASSWORD": draw(SECRETS),
    }
    for name in draw(st.sets(st.sampled_from(["HOST", "NAME", "USER", "PORT"]), max_size=2)):
        entry[name] = draw(NAMES)
    if draw(st.booleans()):
        entry["TOKEN"] = draw(SECRETS)
    options: dict[str, Any] = {"extra_params": draw(EXTRAS), draw(NAMES): True}
    options[draw(st.sampled_from(["PWD", "Password", "passwd", "token ", "unknown"]))] = draw(
        SECRETS
    )
    for name in draw(st.sets(st.sampled_from(["driver", "dsn", "isolation_level"]), max_size=1)):
        options[name] = draw(NAMES)
    if draw(st.booleans()):
        options["python_driver"] = "mssql_python"
    entry["TEST"] = {"COLLATION": draw(NAMES)}
    return entry | {"OPTIONS": options}


def leaks(known: Facts) -> dict[str, str]:
    """Where the mark is shown, and in which words."""
    report = whole_report(known)
    shown = {
        f"{name} {verbosity}": render(name, report, verbosity)
        for name in RENDERERS
        for verbosity in (0, 1, 2)
    }
    shown |= {"facts": repr(known), "report": repr(report)}
    return {name: text for name, text in shown.items() if MARK in text}


@few
@given(entries())
def test_no_secret_of_the_settings(entry: dict[str, Any]) -> None:
    try:
        read = read_settings("default", entry)
    except ConfigurationError as problem:
        assert MARK not in str(problem)
        return
    known = broken_facts(settings=read)
    assert leaks(known) == {}
    assert len(whole_report(known).findings) > 10


@pytest.mark.parametrize("driver", ["pyodbc", "mssql_python"])
@pytest.mark.parametrize("extra", [f"Password:a;{MARK}=1", f"PWD a;{MARK}=1;Encrypt=no"])
def test_the_rest_of_a_password_that_was_not_written_as_a_pair(driver: str, extra: str) -> None:
    entry = {
        "ENGINE": "mssql",
        "NAME": "shop",
        "OPTIONS": {"extra_params": extra, "python_driver": driver},
    }
    assert leaks(broken_facts(settings=read_settings("default", entry))) == {}


@few
@given(WORDS)
def test_no_secret_in_the_words_of_the_driver(text: str) -> None:
    told = classify(pyodbc_error(text))
    assert told is not None
    assert leaks(broken_facts(login=login(error=told))) == {}


def test_the_mark_is_found_where_it_is() -> None:
    """The tests above can fail: a name that hides nothing comes through in every format."""
    known = broken_facts(settings=read_settings("default", {"ENGINE": "mssql", "NAME": MARK}))
    assert {"text 1", "json 0", "junit 1", "github 1", "markdown 1", "facts"} <= set(leaks(known))
