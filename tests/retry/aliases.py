"""An alias of DATABASES that is a stand-in, for the test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.check.conftest import entry_for
from tests.standin import StandIn
from tests.test_standin.test_interop_django import no_pooling


@contextmanager
def alias_of(standin: StandIn, driver: str, **options: Any) -> Iterator[BaseDatabaseWrapper]:
    """This thread's wrapper; the alias is its own, because the backend remembers versions by it."""
    alias = f"retry_{standin.port}"
    entry = entry_for(standin, driver)
    entry["OPTIONS"] |= {"extra_params": "Encrypt=no", **options}
    for key, value in connections.settings["default"].items():
        entry.setdefault(key, value)
    connections.settings[alias] = entry
    with no_pooling(driver):
        try:
            yield connections[alias]
        finally:
            with suppress(Exception):
                connections[alias].close()
            del connections[alias]
            del connections.settings[alias]
