"""The two things that stand in a fact's place, as every rule's tests use them."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.diagnostics.facts import NotRun, Unreadable

NOTHING_READ: Final = Unreadable("error 300", hint="GRANT VIEW SERVER STATE")
NOTHING_RUN: Final = NotRun("--offline")
