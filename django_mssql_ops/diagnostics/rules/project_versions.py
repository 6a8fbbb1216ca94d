"""mssql-django beside the installed Django and Python."""

from __future__ import annotations

from collections.abc import Mapping

from django_mssql_ops.diagnostics.facts import Project
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning
from django_mssql_ops.diagnostics.support_matrix import (
    SUPPORTED,
    Pair,
    SupportedVersions,
    version_pair,
)


@rule(
    196,
    "version-matrix",
    stage="project",
    needs=("project.versions", "project.django", "project.python", "project.aliases"),
)
def version_matrix(
    facts: Project,
    versions: Mapping[str, str],
    django: Pair,
    python: Pair,
    aliases: tuple[str, ...],
) -> Verdicts:
    """The installed mssql-django is not made for this Django or this Python.

    Every release of mssql-django declares which versions of Django it works with, because it
    overrides much of Django's SQL compiler. With another Django, queries fail in odd places or give
    wrong SQL; that happens when one of the two is upgraded by force or from another index, and is
    an error. A Python that the release was not tested with is a warning.

        python -m pip install --upgrade mssql-django

    Source: the metadata of mssql-django 1.3 to 2.0; Microsoft, "Support lifecycle" for
    mssql-django.
    """
    installed = versions.get("mssql-django")
    supported = SUPPORTED.get(version_pair(installed)) if installed and aliases else None
    if installed is None or supported is None:
        return
    oldest, newest = supported.django
    if not oldest <= django <= newest:
        yield error(
            f"mssql-django {installed} is made for Django {_range(oldest, newest)}, and Django "
            f"{_dotted(django)} is installed",
            hint=_remedy(django, newest),
            about="Django",
        )
    else:
        yield from _python_verdict(installed, supported, django, python)


def _python_verdict(
    installed: str, supported: SupportedVersions, django: Pair, python: Pair
) -> Verdicts:
    oldest, newest = supported.pythons_for(django)
    if not oldest <= python <= newest:
        yield warning(
            f"mssql-django {installed} with Django {_dotted(django)} is tested with Python "
            f"{_range(oldest, newest)}, and this is Python {_dotted(python)}",
            hint=f"Use Python {_dotted(newest)}, or a release of mssql-django that names "
            f"Python {_dotted(python)}.",
            about="Python",
        )


def _remedy(django: Pair, newest: Pair) -> str:
    if django > newest:
        return f"Upgrade mssql-django, or install Django {_dotted(newest)}."
    return "Upgrade Django, or install an older mssql-django."


def _range(oldest: Pair, newest: Pair) -> str:
    return f"{_dotted(oldest)} to {_dotted(newest)}"


def _dotted(pair: Pair) -> str:
    return f"{pair[0]}.{pair[1]}"
