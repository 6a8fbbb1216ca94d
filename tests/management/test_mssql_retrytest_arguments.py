"""The command line of mssql_retrytest: what goes together, and one sentence for what does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management.base import CommandError

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.management.commands.mssql_retrytest import Command
from django_mssql_ops.management.retrytest_arguments import refuse_contradictions


def options(*words: str) -> dict[str, Any]:
    return vars(Command().create_parser("manage.py", "mssql_retrytest").parse_args(list(words)))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--layer", "all", "--write", "--seed", "0"),
        ("--call", "a.b", "--write", "--invariant", "c.d"),
        ("--url", "/x/", "--only", "login-*"),
        ("--url", "/x/", "--method", "post", "--data", "a=1", "--login", "me", "--write"),
        ("--list", "--format", "json", "--output", "f"),
        ("--serve", "0", "--plan", "p.toml", "--database", "default"),
        ("--i-know-this-is-production", "--real-time", "--limit", "5"),
    ],
)
def test_what_goes_together(words: tuple[str, ...]) -> None:
    refuse_contradictions(options(*words))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--call", "a.b", "--url", "/"), "--call and --url exclude each other"),
        (("--call", "a.b", "--layer", "all"), "--call and --layer exclude each other"),
        (("--url", "/", "--layer", "backend"), "--url and --layer exclude each other"),
        (("--method", "POST"), "--method belongs to --url"),
        (("--call", "a.b", "--write", "--data", ""), "--data belongs to --url"),
        (("--url", "/", "--data", "x"), "--data needs a --method with a body; GET has none"),
        (("--call", "a.b"), "--call runs code that may write; add --write"),
        (("--url", "/", "--method", "DELETE"), "--method DELETE writes; add --write"),
        (("--url", "/", "--login", "me"), "--login writes a session; add --write"),
        (("--list", "--serve", "0"), "--list and --serve exclude each other"),
        (("--list", "--write"), "--list runs no scenario, so it cannot be combined with --write"),
        (("--serve", "0", "--real-time"), "--serve runs no scenario, so it cannot be combined"),
        (("--serve", "0", "--output", "f"), "--serve says where it listens"),
        (("--list", "--format", "html"), "--list has no format 'html'; choose one of text, json"),
    ],
)
def test_what_excludes_each_other(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        refuse_contradictions(options(*words))
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "github"),
        ("--layer", "orm"),
        ("--seed", "-1"),
        ("--seed", "9" * 30),
        ("--serve", "65536"),
        ("--limit", "0"),
        ("--limit", "nan"),
        ("--method", "TRACE"),
    ],
)
def test_what_argparse_refuses(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="argument --"):
        options(*words)
