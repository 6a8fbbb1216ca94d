"""Whether a database may be used for faults at all: it has to look like one that nobody needs."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection
from typing import Final

from django_mssql_ops.exceptions import ConfigurationError

#: Words in the name of a database that nobody's work depends on.
HARMLESS: Final = frozenset(
    {
        *("test", "tests", "testing", "tst", "dev", "devel", "development", "stage", "staging"),
        *("stg", "qa", "ci", "sandbox", "scratch", "demo", "local", "load", "loadtest", "perf"),
    }
)
#: Words that say the opposite, whatever else the name holds and whatever DEBUG is.
PRODUCTIVE: Final = frozenset({"prod", "prd", "production", "live"})
OVERRIDE: Final = "--i-know-this-is-production"


def check_database(
    alias: str, name: str, *, debug: bool, allowed: Collection[str], override: bool
) -> None:
    """Raise ConfigurationError unless faults may be injected before the database ``name``.

    It may be used when a pattern of ``allowed`` matches its name, when a word of the name says that
    it is no production database, or under DEBUG; and never when a word says that it is one, unless
    a pattern or ``override`` says otherwise.
    """
    if override or any(fnmatch.fnmatchcase(name.lower(), p.lower()) for p in allowed):
        return
    words = set(_words(name))
    reason = ""
    if words & PRODUCTIVE:
        reason = f"{sorted(words & PRODUCTIVE)[0]!r} is in its name"
    elif not words & HARMLESS and not debug:
        reason = "nothing in its name says that it is for tests, and DEBUG is off"
    if reason:
        raise ConfigurationError(
            f"alias {alias!r} is the database {name!r}, and {reason}; allow it with "
            f"MSSQL_OPS['RETRYTEST_DATABASES'] = ({name!r},), or add {OVERRIDE}"
        )


def _words(name: str) -> list[str]:
    """``MyShop_Test2`` -> my, shop, test: at capitals, digits and signs."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word.lower() for word in re.findall(r"[A-Za-z]+", apart)]
