"""What the checks of one alias have in common: their options, and how they fail for a warning."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django_mssql_ops.conf import keys, ops_settings
from django_mssql_ops.conf.health_keys import HEALTH_KEYS, THRESHOLD_KEYS
from django_mssql_ops.conf.values import MAX_TIMEOUT, FailOn
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.warning import Concern

try:
    from health_check.base import HealthCheck
    from health_check.exceptions import ServiceUnavailable, ServiceWarning
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "these checks need django-health-check 4, which is not there; run: "
        "pip install 'django-mssql-ops[health]'",
        name=missing.name,
    ) from None

__all__ = ["AliasCheck", "ServiceUnavailable", "conf", "conf_threshold"]

#: An option is judged as the key of MSSQL_OPS["HEALTH"] of the same name is.
_KEYS: Final = {**HEALTH_KEYS, **THRESHOLD_KEYS}
#: These two are of other types than there.
_OWN: Final = ("alias", "timeout")


def conf(name: str) -> Callable[[], Any]:
    """The default of an option: what ``MSSQL_OPS["HEALTH"]`` says when the check is made."""
    return lambda: getattr(ops_settings().health, name)


def conf_threshold(defaults: object, name: str) -> Callable[[], Any]:
    return lambda: ops_settings().health.thresholds.get(name, getattr(defaults, name))


def _timeout() -> dt.timedelta:
    return dt.timedelta(seconds=ops_settings().health.timeout)


@dataclasses.dataclass
class AliasCheck(HealthCheck):  # type: ignore[misc]
    """Raises ConfigurationError for an option that cannot be.

    ``option_keys`` are those of options that MSSQL_OPS does not have.
    """

    option_keys: ClassVar[Mapping[str, keys.Key]] = {}

    alias: str = "default"
    timeout: dt.timedelta = dataclasses.field(default_factory=_timeout, repr=False, kw_only=True)
    fail_on: FailOn = dataclasses.field(default_factory=conf("fail_on"), repr=False, kw_only=True)
    ignored: tuple[str, ...] = dataclasses.field(
        default_factory=conf("ignored"), repr=False, kw_only=True
    )

    def __post_init__(self) -> None:
        name = type(self).__name__
        alias: object = self.alias
        timeout: object = self.timeout
        if not isinstance(alias, str) or not alias.strip():
            raise ConfigurationError(
                f"{name}: alias is {keys.quoted(alias)}; it must be an alias of DATABASES"
            )
        if not isinstance(timeout, dt.timedelta) or not 0 < self.limit <= MAX_TIMEOUT:
            raise ConfigurationError(
                f"{name}: timeout is {keys.quoted(timeout)}; it must be a datetime.timedelta, "
                f"above 0 and at most {MAX_TIMEOUT:.0f} seconds"
            )
        for option in dataclasses.fields(self):
            if option.init and option.name not in _OWN:
                self._examine(option.name)

    def _examine(self, option: str) -> None:
        key = self.option_keys.get(option) or _KEYS.get(option.upper())
        # A project's subclass may have options of its own.
        for place, wrong in () if key is None else key.faults(getattr(self, option)):
            raise ConfigurationError(f"{type(self).__name__}: {option}{place} {wrong}")

    @property
    def limit(self) -> float:
        """Seconds that a run may take."""
        return self.timeout.total_seconds()

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """What the last run found worth a warning, without what is ignored."""
        return tuple(concern for concern in self.judged() if concern.word not in self.ignored)

    def judged(self) -> tuple[Concern, ...]:
        raise NotImplementedError

    def warn(self) -> None:
        """Raises ServiceWarning where a warning is to fail the check."""
        concerns = self.concerns if self.fail_on == "warning" else ()
        if concerns:
            raise ServiceWarning("; ".join(f"{one.word}: {one.sentence}" for one in concerns))
