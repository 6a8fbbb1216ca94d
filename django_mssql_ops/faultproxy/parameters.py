"""Parameters of faults and triggers: what a value may be, and the sentence when it is not.

A parameter is a dataclass field with a :class:`Parameter` in its metadata. What it may be is
written once and serves the check, a plan and the documentation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from django_mssql_ops.exceptions import ConfigurationError

Kind = Literal["whole number", "number", "yes or no", "text", "word"]

_KEY: Final = "parameter"
#: Characters of a wrong value that a sentence quotes.
_QUOTED: Final = 40
#: Longest text, in characters: the server's own messages end at 2,047 (sys.messages).
MAX_TEXT: Final = 2_047
#: MS-TDS sends the number of a message as a signed four-byte integer; no other number is larger.
MAX_NUMBER: Final = 2**31 - 1
#: Seconds. No run waits longer for anything; a larger number is a slip of milliseconds.
MAX_SECONDS: Final = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """``meaning`` says what it is, with its unit, and after a semicolon what None stands for.

    Bounds are inclusive and count the characters of a text. ``optional``: None is allowed.
    """

    kind: Kind
    meaning: str
    minimum: float = 0.0
    maximum: float = MAX_NUMBER
    words: tuple[str, ...] = ()
    optional: bool = False

    def allows(self, value: object) -> bool:
        if value is None:
            return self.optional
        if self.kind == "yes or no":
            return isinstance(value, bool)
        if self.kind == "word":
            return isinstance(value, str) and value in self.words
        if self.kind == "text":
            return isinstance(value, str) and len(value) <= self.maximum and _is_sendable(value)
        return self._allows_number(value)

    def _allows_number(self, value: object) -> bool:
        numbers = int if self.kind == "whole number" else (int, float)
        if not isinstance(value, numbers) or isinstance(value, bool):
            return False
        return self.minimum <= value <= self.maximum  # NaN is not

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.kind == "word":
            return f"one of {', '.join(self.words)}"
        if self.kind == "yes or no":
            return "true or false"
        if self.kind == "text":
            return f"a text of at most {_shown(self.maximum)} characters"
        if self.maximum == MAX_NUMBER:
            return f"a {self.kind} from {_shown(self.minimum)} on"
        return f"a {self.kind} from {_shown(self.minimum)} to {_shown(self.maximum)}"


def whole_number(
    meaning: str,
    *,
    default: Any = dataclasses.MISSING,
    minimum: int = 0,
    maximum: float = MAX_NUMBER,
    optional: bool = False,
) -> Any:
    return _field(
        default,
        Parameter(
            kind="whole number",
            meaning=meaning,
            minimum=minimum,
            maximum=maximum,
            optional=optional or default is None,
        ),
    )


def number(
    meaning: str,
    *,
    default: Any = dataclasses.MISSING,
    minimum: float = 0.0,
    maximum: float = MAX_NUMBER,
) -> Any:
    return _field(
        default,
        Parameter(
            kind="number",
            meaning=meaning,
            minimum=minimum,
            maximum=maximum,
            optional=default is None,
        ),
    )


def seconds(meaning: str, *, default: Any = dataclasses.MISSING, minimum: float = 0.0) -> Any:
    return number(meaning, default=default, minimum=minimum, maximum=MAX_SECONDS)


def yes_or_no(meaning: str, *, default: bool | None) -> Any:
    return _field(default, Parameter(kind="yes or no", meaning=meaning, optional=default is None))


def text(meaning: str, *, default: Any = dataclasses.MISSING, maximum: int = MAX_TEXT) -> Any:
    return _field(
        default, Parameter(kind="text", meaning=meaning, maximum=maximum, optional=default is None)
    )


def word(meaning: str, words: tuple[str, ...], *, default: Any = dataclasses.MISSING) -> Any:
    return _field(
        default, Parameter(kind="word", meaning=meaning, words=words, optional=default is None)
    )


def _field(default: Any, parameter: Parameter) -> Any:
    return dataclasses.field(default=default, metadata={_KEY: parameter})


def _shown(bound: float) -> str:
    return f"{bound:.0f}" if bound == int(bound) else f"{bound}"


def _is_sendable(text: str) -> bool:
    """Half a surrogate pair cannot be encoded, in JSON's UTF-8 as little as in a token."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def parameters_of(owner: Any) -> Iterator[tuple[dataclasses.Field[Any], Parameter]]:
    """The parameters of a dataclass or of an instance of one, in their order."""
    for field in dataclasses.fields(owner):
        parameter = field.metadata.get(_KEY)
        if parameter is not None:
            yield field, parameter


def check_parameters(owner: Any, *, of: str = "") -> None:
    """Raise ConfigurationError for the first parameter that is not what it may be."""
    for field, parameter in parameters_of(owner):
        value = getattr(owner, field.name)
        if not parameter.allows(value):
            place = f"{of}: " if of else ""
            raise ConfigurationError(
                f"{place}{field.name} is {quoted(value)}; it must be {parameter.allowed}"
            )


def quoted(value: object) -> str:
    """A wrong value as a sentence may show it: short, and nothing of a structure."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)[:_QUOTED]
    if isinstance(value, str):
        return repr(value) if len(value) <= _QUOTED else f"a text of {len(value)} characters"
    return f"a {type(value).__name__}"
