"""From where on a fact about the server is worth a warning."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.conf.values import SERVER_WARNINGS
from django_mssql_ops.exceptions import ConfigurationError

#: Every word of a warning that :func:`~django_mssql_ops.health.server.judging.judge` can give.
WORDS: Final = frozenset(SERVER_WARNINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """A warning is given beyond each; None switches it off. ``ignored`` are words of :data:`WORDS`.

    A warning may take a machine out of service (``fail_on="warning"``), so these are what users
    feel, and later than where ``mssql_check`` begins to speak.

    ``latency``: seconds of one ``SELECT 1``. A page of twenty queries takes five seconds then.

    ``session_share``: of the sessions there may be in all. Above it a failover, when every machine
    connects anew beside the sessions that are not dead yet, may find none left.

    ``idle_transaction``: seconds that a session sleeps in an open transaction, which keeps its
    locks and the log. No request takes that long; it was forgotten.

    ``blocked``: seconds that a session waits for another one's lock. SQL Server itself waits
    without end; gunicorn gives a request 30.

    ``token``: seconds until the access token of the settings expires. Entra's live for 60 to 90
    minutes, and after that every login fails; rule 463 warns from here on as well.

    ``certificate_days``: days until the server's certificate expires, where the driver checks it.
    ``mssql_check`` speaks from 30 on; two weeks are left to renew it.

    Raises ConfigurationError for what is no number from 0 on, a share above 1, an unknown word.
    """

    latency: float | None = 0.25
    session_share: float | None = 0.8
    idle_transaction: float | None = 60.0
    blocked: float | None = 10.0
    token: float | None = 900.0
    certificate_days: float | None = 14.0
    ignored: Collection[str] = ()

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if field.name != "ignored":
                _check_number(field.name, getattr(self, field.name))
        if self.session_share is not None and self.session_share > 1:
            raise ConfigurationError(
                f"session_share is {self.session_share!r}; it is a share from 0 to 1, as 0.8"
            )
        _check_words(self.ignored)


def _check_number(name: str, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ConfigurationError(
            f"{name} is {_shown(value)}; write a number from 0 on, or None for no warning"
        )


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, int | float | str) else f"a {type(value).__name__}"


def _check_words(words: object) -> None:
    if isinstance(words, str) or not isinstance(words, Collection):
        unknown = [words]
    else:
        unknown = [word for word in words if word not in WORDS]
    if unknown:
        raise ConfigurationError(
            f"ignored has {_shown(unknown[0])}; write a list of these words: "
            f"{', '.join(sorted(WORDS))}"
        )
