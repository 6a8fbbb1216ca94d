"""Imports every module that registers something: handlers, functions, collations."""

from __future__ import annotations

from tests.standin.execution import (  # noqa: F401
    calling,
    changing,
    control,
    database_statements,
    defining,
    querying,
    raising,
    settings,
    transacting,
)
