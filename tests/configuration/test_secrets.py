"""No secret leaves the settings: not as a fact, not as a finding, not as a check message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import CheckMessage
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import checks
from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import judge
from django_mssql_ops.exceptions import ConfigurationError
from tests.configuration.entries import project

#: Letters that no setting, keyword or sentence holds: to find one of them is to find the secret.
MARK = "ẞecretŋ"

#: What people have in passwords: everything that means something to a parser.
PASSWORDS = st.lists(
    st.sampled_from([MARK, "}}", "€", *";={} @:/'\"\\\nx"]), min_size=1, max_size=8
).map(lambda pieces: MARK + "".join(pieces))

#: Where passwords have been seen.
TEXTS = PASSWORDS.flatmap(
    lambda secret: st.sampled_from(
        [
            f"db;PWD={secret}",
            f"Server=db;Password={secret};Encrypt=yes",
            f"mssql://svc:{secret}@db.example.com/shop",
            f"db\\sales;pwd={secret},1444",
            f"passwd: {secret}",
            f"AccessToken={secret}",
        ]
    )
)
EXTRAS = PASSWORDS.flatmap(
    lambda secret: st.sampled_from(
        [
            f"PWD={secret}",
            f"UID=svc;PWD={secret};Encrypt=true;Encript=yes",
            f"PWD={{{secret.replace('}', '}}')}}};Encrypt=maybe",
            f"PWD={{{secret}",
            f"PWD={{x}}{secret};Encrypt=1",
            f"PWD {secret};Encrypt=1",
            f"Password:{secret}=1",
            f"Encrypt=yes PWD={secret}",
            f"Encrypt = true Password = {secret}",
            f"Passwort={secret};Encript=no",
            f"KeystoreSecret={secret};ColumnEncryption=Enabled",
            f"APP={{x;PWD={secret}",
            f"Token={secret}",
            f"Access Token={secret}",
            f"Authentication=SqlPassword PWD={secret}",
            f"ColumnEncryption=Enabled;KeystoreSecret={secret}",
        ]
    )
)
ODD_VALUES = PASSWORDS.flatmap(
    lambda secret: st.sampled_from(
        [
            secret.encode(),
            [secret],
            {"PWD": secret},
            (secret,),
            {secret},
            bytearray(secret.encode()),
        ]
    )
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """An entry with secrets in the right place and in several wrong ones."""
    values: dict[str, Any] = {"ENGINE": "mssql", "NAME": "shop", "PASSWORD": draw(PASSWORDS)}
    for name in ("HOST", "NAME", "USER", "PORT", "Trusted_Connection"):
        if draw(st.booleans()):
            values[name] = draw(st.one_of(TEXTS, ODD_VALUES))
    if draw(st.booleans()):
        values["TOKEN"] = draw(st.one_of(PASSWORDS, ODD_VALUES))
    options: dict[Any, Any] = {"passwd": draw(PASSWORDS)}
    for name in ("driver", "dsn", "isolation_level", "python_driver", "connection_timeout"):
        if draw(st.integers(0, 3)) == 0:
            options[name] = draw(st.one_of(TEXTS, ODD_VALUES))
    options["extra_params"] = draw(st.one_of(EXTRAS, ODD_VALUES))
    options[draw(st.sampled_from(["PWD", "Password", "unknown", "driver "]))] = draw(PASSWORDS)
    if draw(st.booleans()):
        options[draw(TEXTS)] = True
    if draw(st.booleans()):
        options["python_driver"] = "mssql_python"
    values["OPTIONS"] = draw(st.sampled_from([options, options, options, [options], draw(TEXTS)]))
    values["TEST"] = draw(st.sampled_from([{}, {"COLLATION": draw(TEXTS)}, [draw(PASSWORDS)]]))
    return values


def messages_about(databases: object) -> list[CheckMessage]:
    return checks.messages_about(SimpleNamespace(DATABASES=databases))


@given(entries())
def test_no_fact_and_no_finding_holds_one(values: dict[str, Any]) -> None:
    try:
        read = read_settings("default", values)
    except ConfigurationError as problem:
        assert MARK not in str(problem)
        return
    assert MARK not in repr(read)
    assert MARK not in str(read.target) + repr(read.login_identity)
    facts = Facts(alias="default", settings=read, installed_drivers=(), project=project())
    findings = judge(facts, stage="settings", deploy=True)
    assert findings
    assert MARK not in repr(findings)


@given(entries())
def test_no_check_message_holds_one(values: dict[str, Any]) -> None:
    messages = messages_about({"default": values})
    assert messages
    assert MARK not in repr(messages) + "".join(map(str, messages))


@pytest.mark.parametrize("databases", [f"mssql://svc:{MARK}@db/shop", [MARK], {"default": MARK}])
def test_no_unreadable_setting_is_quoted(databases: Any) -> None:
    messages = messages_about(databases)
    assert [message.id for message in messages] == ["mssql_ops.E100"]
    assert MARK not in repr(messages)
