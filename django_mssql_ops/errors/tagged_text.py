"""Records with ODBC's tags, found anywhere in a text.

``[28000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed ... (18456)
(SQLDriverConnect)`` is pyodbc's form; isql, bcp, PHP and mssql-python print the same record with
other fronts and without the end. On Windows the records of one call are joined with ``; `` and
show the first one's state, which is then not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.message import Origin, read_tags
from django_mssql_ops.errors.mssql_python_states import state_of_sentence
from django_mssql_ops.errors.observed import MAX_OBSERVED, ObservedRecord, squeeze
from django_mssql_ops.errors.phases import phase_of_function
from django_mssql_ops.errors.signatures import number_of_sentence

#: Characters of one record that are looked at: the longest message and some file names.
_MAX_RECORD_LENGTH: Final = 8_192
_MAX_LINES: Final = 12

_ANCHOR = re.compile(
    r"""
    (?:
        DDBC\ Error:\ ?
      | SQLState\ =\ (?P<bcp>[0-9A-Z]{5}),\ NativeError\ =\ (?P<native>-?\d{1,10})\s{1,4}Error\ =\ ?
      | SQLSTATE(?::|\[|\ ?[=:]\ ?)'?(?P<named>[0-9A-Z]{5})'?[\]:,;]{0,2}\ ?
      | \[(?P<bracketed>[0-9A-Z]{5})\]\ ?
    )?
    (?P<tags>\[(?:Microsoft|unixODBC|iODBC|FreeTDS)\](?:\[[^\[\]\n]{1,80}\]){0,3})
    # Windows' driver manager has no tags when it cannot load a driver.
  | \('(?P<tuple>[0-9A-Z]{5})',\ u?['"]\[(?P=tuple)\]\ ?(?=[^\[\s])(?P<none>)
    """,
    re.VERBOSE,
)
_SENTENCE_BEFORE = re.compile(r"([A-Za-z][^;\n\[\]]{1,160}); DDBC Error: ?\Z")
_SENTENCE_WINDOW: Final = 180
_FUNCTION_TAIL = re.compile(r"\((-?\d{1,10})\) \((SQL[A-Za-z0-9_]{1,40}(?:\([A-Z_]{1,40}\))?)\)")
_NATIVE_TAIL = re.compile(r"\s?\((-?\d{1,10})\)\Z")
_CLOSING = re.compile(r"(?:['\"][\s)\]},;'\"]*|[\s;,]+)\Z")
_GOES_ON = re.compile(r" {0,4}(?:[a-z'\"(<]|\d)")
_STARTS_ANEW = re.compile(
    r"\s{0,8}(?:\(Background on |File \"|\d{2,4}[-/:]\d\d|(?:\w+\.){0,6}\w*(?:Error|Exception)\b)"
)
_SHORT_SERVER: Final = "[Microsoft][SQL Server]"
_PROVIDER_CODE = re.compile(r"\w{1,20} Provider: Error code 0x([0-9A-Fa-f]{1,8})\b")


def has_tags(text: str) -> bool:
    return _ANCHOR.search(text) is not None


def tagged_records(text: str, phase: Phase) -> Iterator[ObservedRecord]:
    """Every record, in the text's order; ``phase`` is that of records that show no function."""
    anchors = list(_ANCHOR.finditer(text))[:MAX_OBSERVED]
    ends = [anchor.start() for anchor in anchors[1:]]
    for anchor, end in zip(anchors, [*ends, len(text)], strict=False):
        yield _record(text, anchor, end, phase)


def _record(text: str, anchor: re.Match[str], end: int, phase: Phase) -> ObservedRecord:
    start = anchor.end("none") if anchor["tags"] is None else anchor.start("tags")
    origin, length = _tags(anchor["tags"] or "")
    sentence, number, function = _taken_apart(text[start + length : end])
    told = number if anchor["native"] is None else int(anchor["native"])
    return ObservedRecord(
        sqlstate=_state(text, anchor),
        number=infer_number(origin, sentence) if told is None else told,
        is_told=told is not None or origin == "client",
        origin=origin,
        phase=phase if function is None else phase_of_function(function),
        sentence=sentence,
    )


def infer_number(origin: Origin, sentence: str) -> int | None:
    """What a sentence without a number says: a server's by its words, a client's by its code."""
    if origin == "server":
        return number_of_sentence(sentence)
    code = _PROVIDER_CODE.match(sentence)
    return None if code is None else int(code[1], 16)


def _tags(text: str) -> tuple[Origin, int]:
    if text.startswith(_SHORT_SERVER):
        return "server", len(_SHORT_SERVER)
    tags = read_tags(text)
    return tags.origin, tags.length


def _state(text: str, anchor: re.Match[str]) -> str | None:
    if anchor["tuple"] is not None:
        return anchor["tuple"]
    front = text[max(0, anchor.start("tags") - _SENTENCE_WINDOW) : anchor.start("tags")]
    before = _SENTENCE_BEFORE.search(front)
    if before is not None:
        return _state_of_words(before[1])
    if text[: anchor.start()].endswith("; "):
        return None
    return anchor["bcp"] or anchor["named"] or anchor["bracketed"]


def _state_of_words(words: str) -> str | None:
    """mssql-python's sentence for the state, behind what a log or a class's name put before it."""
    while words:
        state = state_of_sentence(words)
        if state is not None:
            return state
        words = words.partition(": ")[2]
    return None


def _taken_apart(segment: str) -> tuple[str, int | None, str | None]:
    """Sentence, number and function; what follows the record in the text is left out."""
    segment = segment[:_MAX_RECORD_LENGTH]
    tails = list(_FUNCTION_TAIL.finditer(segment))
    if tails:
        return squeeze(segment[: tails[-1].start()]), int(tails[-1][1]), tails[-1][2]
    line = _CLOSING.sub("", first_sentence(segment.lstrip()))
    native = _NATIVE_TAIL.search(line)
    if native is None:
        return squeeze(line), None, None
    return squeeze(line[: native.start()]), int(native[1]), None


def first_sentence(text: str) -> str:
    """The first line and those after it that go on with it, as a terminal or a mail breaks them."""
    lines = text.split("\n", _MAX_LINES)
    taken = [lines[0]]
    for line in lines[1:]:
        if _GOES_ON.match(line) is None or _STARTS_ANEW.match(line) is not None:
            break
        taken.append(line)
    return "\n".join(taken)
