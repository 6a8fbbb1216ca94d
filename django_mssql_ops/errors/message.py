"""The text of one ODBC diagnostic record, taken apart.

ODBC fixes the front of every message (Microsoft's ODBC reference, "Diagnostic Messages"): the
components it came through stand first, each in brackets::

    [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed for user 'app'.
    [Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired
    [unixODBC][Driver Manager]Can't open lib 'ODBC Driver 18 for SQL Server' : file not found

Only what stands there by that rule is believed. The rest of a message may be a user's own words,
and those may look like tags, numbers or function names.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Origin = Literal["server", "client", "driver_manager", "unknown"]

#: Longest text that is looked at, in characters. SQL Server's own messages end at 2,047 characters
#: plus their arguments; pyodbc returns whatever the driver has.
MAX_INPUT_LENGTH: Final = 65_536

#: Characters at the end in which `` (NATIVE) (SQLFunction)`` must stand.
TAIL_WINDOW: Final = 96

SQLSTATE: Final = re.compile(r"[0-9A-Z]{5}\Z")
TAIL: Final = re.compile(r" ?\((-?\d{1,10})\) \((SQL[A-Za-z0-9_()]{1,60})\)\Z")
NATIVE_TAIL: Final = re.compile(r" ?\((-?\d{1,10})\)\Z")

_HEAD = re.compile(r"\[([0-9A-Z]{5})\] ")
_VENDORS = ("Microsoft", "unixODBC", "iODBC", "FreeTDS")
_VENDOR_TAG = re.compile(rf"\[({'|'.join(_VENDORS)})\]")
_COMPONENT_TAG = re.compile(r"\[([^\[\]]{1,80})\]")
_SERVER_TAG = "[SQL Server]"
_DRIVER_MANAGERS = frozenset({"Driver Manager", "ODBC Driver Manager"})


class Tags(NamedTuple):
    """The bracketed front of a message; ``length`` is how many characters it takes."""

    origin: Origin
    length: int


def read_tags(text: str) -> Tags:
    """Where a message comes from. ``text`` starts with its tags (no ``[SQLSTATE] `` before them).

    unixODBC may put its own name before a driver's. FreeTDS writes ``[FreeTDS][SQL Server]`` before
    its own words as well as before the server's, so there the origin stays unknown.
    """
    vendor = _VENDOR_TAG.match(text)
    if vendor is None:
        return Tags("unknown", 0)
    if vendor[1] == "unixODBC" and _VENDOR_TAG.match(text, vendor.end()):
        inner = read_tags(text[vendor.end() :])
        return Tags(inner.origin, vendor.end() + inner.length)
    component = _COMPONENT_TAG.match(text, vendor.end())
    if component is None:
        return Tags("client", vendor.end())
    if component[1] in _DRIVER_MANAGERS:
        return Tags("driver_manager", component.end())
    if vendor[1] == "FreeTDS":
        return Tags("unknown", component.end())
    if text.startswith(_SERVER_TAG, component.end()):
        return Tags("server", component.end() + len(_SERVER_TAG))
    return Tags("client", component.end())


def read_head(text: str) -> tuple[str | None, str]:
    """``[SQLSTATE] `` as pyodbc writes it, and what follows it."""
    head = _HEAD.match(text)
    return (None, text) if head is None else (head[1], text[head.end() :])


def read_tail(text: str) -> re.Match[str] | None:
    """`` (NATIVE) (SQLFunction)`` at the very end; its position counts from the text's start."""
    return TAIL.search(text, max(0, len(text) - TAIL_WINDOW))


def shorten(text: str) -> str:
    """At most MAX_INPUT_LENGTH characters that keep the front and the end, where the facts are."""
    if len(text) <= MAX_INPUT_LENGTH:
        return text
    return text[: MAX_INPUT_LENGTH - TAIL_WINDOW] + text[-TAIL_WINDOW:]


def strip_frame(text: str) -> str:
    """The sentence alone: without state, tags, native number and ODBC function."""
    body = read_head(text)[1]
    body = body[read_tags(body).length :]
    tail = read_tail(body)
    return (body if tail is None else body[: tail.start()]).strip()
