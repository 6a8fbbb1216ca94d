from __future__ import annotations

import pytest
from django.core.management.base import CommandError

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.management.check_arguments import refuse_contradictions
from tests.management.parsing import options

_CHECKS_NOTHING = "checks nothing, so it cannot be combined with"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--database", "a", "--database", "b"),
        ("--wait", "5", "--timeout", "2", "--deploy"),
        ("--baseline", "a.json", "--fail-level", "warning", "--output", "b.xml"),
        ("--explain", "text", "--format", "json", "--output", "x"),
        ("--list-rules", "--format", "markdown"),
        ("--only", "107", "--skip", "108", "--offline"),
    ],
)
def test_what_goes_together(words: tuple[str, ...]) -> None:
    refuse_contradictions(options(*words))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--offline", "--wait", "9"),
            "--offline and --wait exclude each other: without packets there is nothing to wait for",
        ),
        (
            ("--baseline", "a", "--write-baseline", "b"),
            "--baseline and --write-baseline exclude each other: the new file accepts what the old "
            "one does as well",
        ),
        (
            ("--skip", "107", "--write-baseline", "b"),
            "--skip and --write-baseline exclude each other: the file would forget what the "
            "skipped rules find",
        ),
        (("--explain", "x", "--wait", "9"), f"--explain {_CHECKS_NOTHING} --wait"),
        (("--explain", "", "--only", "107"), f"--explain {_CHECKS_NOTHING} --only"),
        (("--explain", "x", "--fail-level", "info"), f"--explain {_CHECKS_NOTHING} --fail-level"),
        (("--list-rules", "--database", "a"), f"--list-rules {_CHECKS_NOTHING} --database"),
        (("--list-rules", "--explain", "x"), f"--explain {_CHECKS_NOTHING} --list-rules"),
        (
            ("--explain", "x", "--format", "junit"),
            "--explain has no format 'junit'; choose one of text, json, markdown",
        ),
        (
            ("--list-rules", "--format", "github"),
            "--list-rules has no format 'github'; choose one of text, json, markdown",
        ),
        (
            ("--output", "a", "--write-baseline", "a"),
            "--output and --write-baseline name the same file, 'a'",
        ),
        (
            ("--output", "a", "--baseline", "./b/../a"),
            "--output and --baseline name the same file, 'a'",
        ),
    ],
)
def test_what_excludes_each_other_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_contradictions(options(*words))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--wait", "-1"), "'-1' is not a number of seconds above 0 and up to 3600"),
        (("--wait", "nan"), "'nan' is not a number of seconds above 0 and up to 3600"),
        (("--timeout", "601"), "'601' is not a number of seconds above 0 and up to 600"),
        (("--fail-level", "critical"), "invalid choice: 'critical'"),
        (("--format", "xml"), "invalid choice: 'xml'"),
        (("--explain",), "expected one argument"),
    ],
)
def test_a_value_that_is_none_is_refused_by_the_parser(
    words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises((CommandError, SystemExit)) as refused:
        options(*words)
    assert sentence in str(refused.value) or isinstance(refused.value, SystemExit)


def test_the_level_is_read_in_any_case() -> None:
    assert options("--fail-level", "WARNING")["fail_level"] == "warning"
