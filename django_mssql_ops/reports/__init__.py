"""Renderers: a :class:`~django_mssql_ops.findings.Report` becomes text. Pure; they know no command.

A format is one module with ``render(report, verbosity) -> str`` and one row here.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Report
from django_mssql_ops.reports import (
    github_report,
    json_report,
    junit_report,
    markdown_report,
    text_report,
)

RENDERERS = MappingProxyType[str, Callable[[Report, int], str]](
    {
        "text": text_report.render,
        "json": json_report.render,
        "junit": junit_report.render,
        "github": github_report.render,
        "markdown": markdown_report.render,
    }
)


def render(format_name: str, report: Report, verbosity: int = 1) -> str:
    """``report`` in the named format, ending in a newline.

    ``verbosity`` is Django's: 0 verdicts only, 1 stages and findings, 2 and more every value.
    Raises ConfigurationError for a format there is not.
    """
    renderer = RENDERERS.get(format_name)
    if renderer is None:
        known = ", ".join(RENDERERS)
        raise ConfigurationError(f"there is no format {format_name!r}; choose one of {known}")
    return renderer(report, verbosity)
