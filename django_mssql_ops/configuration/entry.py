"""One entry of DATABASES with typed access: a value of a wrong type is noted, never raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django_mssql_ops.configuration.option_names import OPTIONS, TOP_LEVEL
from django_mssql_ops.configuration.redaction import redact
from django_mssql_ops.exceptions import ConfigurationError

#: Settings that mssql-django needs as str when they are present; None is a wrong type as well.
_TEXTS: Final = ("ENGINE", "NAME", "HOST", "USER", "PASSWORD", "TOKEN", "Trusted_Connection")
#: NAME None means master; mssql-django writes no UID for a falsy USER.
_MAY_BE_NONE: Final = frozenset({"NAME", "USER"})


class Entry:
    """Reads one ``DATABASES[alias]``; ``wrong_types`` maps a setting to the type name it has.

    Raises ConfigurationError when the entry, OPTIONS or TEST is not a mapping: nothing can be read.
    """

    def __init__(self, alias: str, values: Mapping[str, Any]) -> None:
        self.alias = alias
        self.wrong_types: dict[str, str] = {}
        path = f"DATABASES[{alias!r}]"
        self.values = mapping_at(path, values)
        self.options = mapping_at(f"{path}['OPTIONS']", self.values.get("OPTIONS", {}))
        self.test = mapping_at(f"{path}['TEST']", self.values.get("TEST", {}))
        self._note_wrong_texts()

    def _note_wrong_texts(self) -> None:
        for name in _TEXTS:
            value = self.values.get(name, "")
            if not isinstance(value, str) and not (value is None and name in _MAY_BE_NONE):
                self.wrong_types[name] = type(value).__name__

    def text(self, name: str, default: str = "") -> str:
        """A top-level setting as str, or ``default`` when it is absent or not a str."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else default

    def option_text(self, name: str, default: str = "") -> str:
        """An OPTIONS value as str; another type is noted and the default stands in."""
        value = self.options.get(name, default)
        if isinstance(value, str):
            return value
        if value is not None or name == "driver":
            self.wrong_types[f"OPTIONS.{name}"] = type(value).__name__
        return default

    def option_integer(self, name: str, default: int) -> int:
        """An OPTIONS value as int; another type, bool included, is noted."""
        value = self.options.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong_types[f"OPTIONS.{name}"] = type(value).__name__
        return default

    def test_text(self, name: str) -> str:
        """A TEST value as str; None means not set."""
        value = self.test.get(name)
        if value is not None and not isinstance(value, str):
            self.wrong_types[f"TEST.{name}"] = type(value).__name__
        return value if isinstance(value, str) else ""

    def port(self) -> str:
        """PORT as text: mssql-django takes int and str alike and skips what is falsy."""
        value = self.values.get("PORT", "")
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if value else ""
        if is_truthy(value):
            self.wrong_types["PORT"] = type(value).__name__
        return ""

    def conn_max_age(self) -> float | None:
        """CONN_MAX_AGE in seconds, None for ever; Django's default, 0, for another type."""
        value = self.values.get("CONN_MAX_AGE", 0)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self.wrong_types["CONN_MAX_AGE"] = type(value).__name__
        return 0

    @staticmethod
    def names(mapping: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys in order; a key that is not a str is named by its type."""
        return tuple(_names(mapping))


def is_truthy(value: object) -> bool:
    """``bool(value)``; an object that cannot say is taken for true, as something is there."""
    try:
        return bool(value)
    except Exception:
        return True


def _names(keys: Iterable[object]) -> Iterable[str]:
    return (_name(key) if isinstance(key, str) else f"<{type(key).__name__}>" for key in keys)


def _name(key: str) -> str:
    """Most keys are known ones, and a known one is no secret."""
    return key if key in OPTIONS or key in TOP_LEVEL else redact(key)


def mapping_at(path: str, value: object) -> Mapping[str, Any]:
    """``value``; raises ConfigurationError, naming only its type, when it is not a mapping."""
    if isinstance(value, Mapping):
        return value
    raise ConfigurationError(f"{path} is a {type(value).__name__}; it must be a dict")
