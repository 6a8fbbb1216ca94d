"""JSON text and JSON paths as JSON_VALUE and its kin read them.

Values are found by their place in the text, because SQL Server hands out pieces of the text as they
are written: numbers with their digits, objects with their white space.

Sources: Microsoft Learn, "JSON path expressions in the SQL Database Engine", ISJSON, JSON_VALUE,
JSON_QUERY. Where in a malformed text the error points is approximate.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors.functions import malformed_json, malformed_json_path

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SCALAR: Final = re.compile(r"[^\s,\]}]+")
_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_INDEX: Final = re.compile(r"\[(\d+)\]")

Step = str | int


def _string(text: str, position: int) -> tuple[str, int]:
    """The string whose opening quote is at ``position``, and where it ends."""
    value, end = _DECODER.raw_decode(text, position)
    assert isinstance(value, str)
    return value, end


@dataclass(frozen=True, slots=True)
class Path:
    """Keys and indexes from the root on."""

    steps: tuple[Step, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One value inside of a JSON text, as it is written."""

    text: str

    @property
    def is_container(self) -> bool:
        """An object or an array."""
        return self.text[0] in "{["

    @property
    def scalar(self) -> str | None:
        """The text of a scalar; None for null."""
        if self.text == "null":
            return None
        return str(json.loads(self.text)) if self.text[0] == '"' else self.text


@lru_cache(maxsize=256)
def parse_path(text: str) -> Path:
    """A path with its mode; raises 13607 for a malformed one."""
    mode, position = "lax", 0
    if found := re.match(r"\s*(lax|strict)\s*(?=\$)", text):
        mode, position = found[1], found.end()
    if not text.startswith("$", position):
        _malformed_path(text, position)
    position += 1
    steps: list[Step] = []
    while position < len(text):
        step, position = _step(text, position)
        steps.append(step)
    return Path(tuple(steps), strict=mode == "strict")


def is_container(text: str) -> bool:
    """ISJSON without a second argument: valid, and an object or an array."""
    start = _after_space(text, 0)
    return text[start : start + 1] in ("{", "[") and _syntax_error(text) is None


@lru_cache(maxsize=256)
def find(text: str, path: Path) -> Piece | None:
    """The value at the path, the first where a key occurs twice; raises 13609."""
    error = _syntax_error(text)
    if error is not None:
        raise malformed_json(text[error : error + 1], error)
    position: int | None = _after_space(text, 0)
    assert position is not None
    if text[position] not in "{[":
        raise malformed_json(text[position], position)
    for step in path.steps:
        position = _member(text, position, step)
        if position is None:
            return None
    return Piece(text[position : _end(text, position)])


def _syntax_error(text: str) -> int | None:
    """Where the text is not JSON; Python's own extensions of JSON are errors too."""
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return error.pos
    except _Constant:
        return max(text.find("NaN"), text.find("Infinity"), 0)
    except RecursionError:
        raise StatementFailed(not_supported("JSON nested this deeply")) from None
    return None


class _Constant(ValueError):
    """NaN or Infinity, which JSON does not have."""


def _no_constant(name: str) -> NoReturn:
    raise _Constant(name)


def _step(text: str, position: int) -> tuple[Step, int]:
    if found := _INDEX.match(text, position):
        return int(found[1]), found.end()
    if text.startswith("[", position):
        raise StatementFailed(not_supported(f"JSON path {text}"))
    if not text.startswith(".", position):
        _malformed_path(text, position)
    if text.startswith('"', position + 1):
        try:
            key, end = _string(text, position + 1)
        except json.JSONDecodeError:
            _malformed_path(text, position + 1)
        return key, end
    if found := _KEY.match(text, position + 1):
        return found[0], found.end()
    _malformed_path(text, position + 1)


def _malformed_path(text: str, position: int) -> NoReturn:
    raise malformed_json_path(text[position : position + 1], position)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    assert found is not None
    return found.end()


def _member(text: str, position: int, step: Step) -> int | None:
    """Where the member of the container at ``position`` begins; the text is valid JSON."""
    if text[position] != ("{" if isinstance(step, str) else "["):
        return None
    index = 0
    position = _after_space(text, position + 1)
    while text[position] not in "}]":
        name: Step = index
        if isinstance(step, str):
            name, position = _string(text, position)
            position = _after_space(text, _after_space(text, position) + 1)
        if name == step:
            return position
        position = _after_space(text, _end(text, position))
        if text[position] == ",":
            position = _after_space(text, position + 1)
        index += 1
    return None


def _end(text: str, position: int) -> int:
    """Where the value that begins at ``position`` ends."""
    if text[position] == '"':
        return _string(text, position)[1]
    if text[position] not in "{[":
        found = _SCALAR.match(text, position)
        assert found is not None
        return found.end()
    depth = 0
    while True:
        match text[position]:
            case '"':
                position = _string(text, position)[1]
                continue
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
        position += 1
        if depth == 0:
            return position
