"""How the value of a key is judged, and what it becomes when nothing is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

_QUOTED_CHARACTERS: Final = 100
#: sys.messages numbers are ints of SQL Server: positive, 32 bits.
_LARGEST_NUMBER: Final = 2**31 - 1

#: Where within the value ("" or "[0]"), and what is wrong there.
Faults = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    faults: Callable[[Any], Faults]
    convert: Callable[[Any], Any]


def seconds(maximum: float, *, optional: bool = False) -> Key:
    """Seconds above 0 and at most ``maximum``; None too when ``optional``."""
    or_none = ", or None" if optional else ""

    def faults(value: object) -> Faults:
        if not (optional and value is None) and not (_is_number(value) and 0 < value <= maximum):  # type: ignore[operator]
            limits = f"above 0 and at most {maximum:.0f}{or_none}"
            yield "", f"is {quoted(value)}; it must be seconds, {limits}"

    return Key(faults=faults, convert=lambda value: None if value is None else float(value))


def number(
    minimum: float, maximum: float, unit: str = "a number", *, optional: bool = False
) -> Key:
    """A number within both limits; None too when ``optional``."""
    or_none = ", or None" if optional else ""

    def faults(value: object) -> Faults:
        if optional and value is None:
            return
        if not (_is_number(value) and minimum <= value <= maximum):  # type: ignore[operator]
            limits = f"at least {minimum:.0f} and at most {maximum:.0f}{or_none}"
            yield "", f"is {quoted(value)}; it must be {unit}, {limits}"

    return Key(faults=faults, convert=lambda value: None if value is None else float(value))


def whole(minimum: int, maximum: int, unit: str = "a whole number") -> Key:
    def faults(value: object) -> Faults:
        if not _is_whole(value) or not minimum <= value <= maximum:  # type: ignore[operator]
            limits = f"at least {minimum} and at most {maximum}"
            yield "", f"is {quoted(value)}; it must be {unit}, {limits}"

    return Key(faults=faults, convert=int)


def flag() -> Key:
    def faults(value: object) -> Faults:
        if not isinstance(value, bool):
            yield "", f"is {quoted(value)}; it must be True or False"

    return Key(faults=faults, convert=bool)


def choice(words: Collection[str]) -> Key:
    def faults(value: object) -> Faults:
        if not isinstance(value, str) or value not in words:
            yield "", f"is {quoted(value)}; it must be {one_of(words)}"

    return Key(faults=faults, convert=str)


def texts(
    item: str, items: str, fits: Callable[[str], object] = str.strip, *, secret: bool = False
) -> Key:
    """A tuple of texts that are ``item`` each; ``fits`` says whether one is.

    Nothing of a ``secret`` one is quoted, not even what could pass for a name or a number.
    """
    told = kind_of if secret else quoted

    def faults(value: object) -> Faults:
        if isinstance(value, str):
            yield "", f"is {told(value)}; put it in a tuple"
        elif not isinstance(value, list | tuple):
            yield "", f"is {told(value)}; it must be a tuple of {items}"
        else:
            for position, text in enumerate(value):
                if not isinstance(text, str) or not text.strip() or not fits(text):
                    yield f"[{position}]", f"is {told(text)}; it must be {item}"

    return Key(faults=faults, convert=tuple)


def numbers_to(words: Collection[str]) -> Key:
    """A dict of error numbers of the server to one of ``words``."""

    def faults(value: object) -> Faults:
        if not isinstance(value, Mapping):
            yield "", f"is {quoted(value)}; it must be a dict of error numbers"
            return
        for key, word in value.items():
            if not _is_whole(key) or not 0 < key <= _LARGEST_NUMBER:
                yield "", f"has the key {quoted(key)}; it must be an error number, as 40501"
            elif not isinstance(word, str) or word not in words:
                yield f"[{key}]", f"is {quoted(word)}; it must be {one_of(words)}"

    return Key(faults=faults, convert=lambda value: MappingProxyType(dict(value)))


def table(keys: Mapping[str, Key], make: Callable[..., object]) -> Key:
    """A dict with ``keys`` of its own, which becomes what ``make`` builds of them."""

    def faults(value: object) -> Faults:
        if not isinstance(value, Mapping):
            yield "", f"is {quoted(value)}; it must be a dict"
            return
        for name, inner in value.items():
            if not isinstance(name, str) or name not in keys:
                yield f"[{quoted(name)}]", unknown(name, keys)
                continue
            for place, wrong in keys[name].faults(inner):
                yield f"[{name!r}]{place}", wrong

    def convert(value: Mapping[str, object]) -> object:
        return make(**{name.lower(): keys[name].convert(inner) for name, inner in value.items()})

    return Key(faults=faults, convert=convert)


def unknown(name: object, keys: Collection[str]) -> str:
    """``is no key; did you mean 'TIMEOUT'?``"""
    return f"is no key; {remedy(name, keys)}"


def remedy(name: object, keys: Collection[str]) -> str:
    close = difflib.get_close_matches(str(name).upper(), keys, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known keys are {', '.join(keys)}"


def one_of(words: Collection[str]) -> str:
    *before, last = map(repr, words)
    return f"{', '.join(before)} or {last}"


def quoted(value: object) -> str:
    """A number or a name as it is written, anything else by its type: it may hold a secret."""
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and _is_name(value):
        return repr(value)
    return kind_of(value)


def kind_of(value: object) -> str:
    return f"a {type(value).__name__}"


def is_dotted_name(text: str) -> bool:
    return "." in text and all(part.isidentifier() for part in text.split("."))


def _is_name(text: str) -> bool:
    bare = text.replace(".", "").replace("_", "").replace("-", "")
    return len(text) <= _QUOTED_CHARACTERS and (bare.isalnum() or not text.strip())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
