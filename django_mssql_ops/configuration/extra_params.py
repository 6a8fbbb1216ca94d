"""``OPTIONS["extra_params"]`` cut into keywords, the way mssql-django cuts it.

The rules are those of ``mssql.base.DatabaseWrapper._parse_extra_params`` (MS-ODBCSTR 2.1), shown
equal by a differential test:

- pairs are separated by ``;``; blanks and tabs before a pair and before a value are skipped, and
  line breaks before a pair, by all who read the text (measured; a text over several lines is
  common);
- a value that starts with ``{`` goes on to the next single ``}``; ``}}`` inside stands for ``}``;
- an unclosed brace takes the rest of the text;
- a segment without ``=`` or without a name is skipped.

Unlike there, duplicates and their order are kept, and what is skipped is counted.

On pyodbc the text reaches the driver as written, and ODBC reads it a little differently (measured
with msodbcsql 18.6.2.1 and unixODBC 2.3.11):

- a blank before ``=`` belongs to the name, so the driver does not know the keyword and ignores it;
- a blank behind ``=`` or at the end belongs to the value: ``Encrypt= yes`` is refused;
- a segment without ``=`` takes the next pair with it: ``junk;Encrypt=yes`` sets nothing;
- anything between ``}`` and ``;``, a blank included, ends the reading: all that follows is lost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.configuration.connection_settings import Keyword, LostSegment
from django_mssql_ops.configuration.keywords import is_known_anywhere
from django_mssql_ops.configuration.redaction import HIDDEN, names_a_secret, redact

_BLANKS: Final = " \t"
#: C's white space: ODBC and mssql-python skip it in front of a keyword (measured). mssql-django
#: takes it for a part of the name and then strips the name, which comes to the same.
_BEFORE_A_PAIR: Final = " \t\r\n\v\f;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One ``name=value`` as written, blanks included, but without braces.

    ``value`` may be a secret and must not leave this package. ``braced`` values are exact;
    ``closed`` is False when the closing brace is missing; ``trailing`` is True when something
    other than ``;`` follows the closing brace.
    """

    name: str
    value: str
    braced: bool = False
    closed: bool = True
    trailing: bool = False

    def __repr__(self) -> str:
        return f"Pair(name={HIDDEN!r}, value={HIDDEN!r}, braced={self.braced!r})"

    @property
    def key(self) -> str:
        """The name as mssql-django compares it."""
        return self.name.strip().lower()

    @property
    def stripped(self) -> str:
        """The value as mssql-django and mssql-python read it."""
        return self.value if self.braced else self.value.lstrip(_BLANKS).rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A segment that mssql-django skips; only its size, for it may be a piece of a password.

    ``secret`` is True when it names one (``Password:a``), so that what follows may be its rest.
    """

    characters: int
    has_equals: bool
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraParams:
    """What the text holds: ``keywords`` in order, free of secrets, and how much of it was lost.

    ``malformed`` names each skipped segment by its place and size, never by its text. Where ODBC
    stops reading in the midst, ``cut_behind`` is the last keyword that it reads, and what follows
    is lost whatever it looks like.
    """

    keywords: tuple[Keyword, ...] = ()
    malformed: tuple[LostSegment, ...] = ()
    unclosed_brace: bool = False
    cut_behind: Keyword | None = None


def segments(text: str) -> Iterator[Pair | Malformed]:
    """Cut ``text``; each character is read a fixed number of times at most."""
    position = 0
    while True:
        position = _skip(text, position, _BEFORE_A_PAIR)
        if position >= len(text):
            return
        segment, position = _segment(text, position)
        yield segment


def without_keyword(text: str, key: str) -> str:
    """``text`` without the pairs named ``key`` (lower case); everything else stays as written."""
    kept: list[str] = []
    start = 0
    while True:
        position = _skip(text, start, _BEFORE_A_PAIR)
        if position >= len(text):
            return "".join(kept) + text[start:]
        segment, end = _segment(text, position)
        is_meant = isinstance(segment, Pair) and segment.key == key
        kept.append(text[start : position if is_meant else end])
        start = end


def _segment(text: str, start: int) -> tuple[Pair | Malformed, int]:
    equals = _find(text, "=;", start)
    has_equals = text.startswith("=", equals)
    name = text[start:equals]
    if not has_equals or not name.strip():
        end = _find(text, ";", equals)
        secret = names_a_secret(text[start:end])
        return Malformed(characters=end - start, has_equals=has_equals, secret=secret), end
    position = _skip(text, equals + 1, _BLANKS)
    if text.startswith("{", position):
        return _braced(text, name, position + 1)
    end = _find(text, ";", position)
    return Pair(name=name, value=text[equals + 1 : end]), end


def _braced(text: str, name: str, start: int) -> tuple[Pair, int]:
    pieces: list[str] = []
    while True:
        end = text.find("}", start)
        if end < 0:
            pieces.append(text[start:])
            return Pair(name=name, value="".join(pieces), braced=True, closed=False), len(text)
        pieces.append(text[start:end])
        if not text.startswith("}}", end):
            break
        pieces.append("}")
        start = end + 2
    trailing = end + 1 < len(text) and text[end + 1] != ";"
    return Pair(name=name, value="".join(pieces), braced=True, trailing=trailing), end + 1


def _skip(text: str, position: int, characters: str) -> int:
    while position < len(text) and text[position] in characters:
        position += 1
    return position


def _find(text: str, characters: str, start: int) -> int:
    """The first place at or after ``start`` that holds one of ``characters``, else the end."""
    position = start
    while position < len(text) and text[position] not in characters:
        position += 1
    return position


def read_extra_params(text: str, *, as_written: bool) -> ExtraParams:
    """The keywords of ``text`` without their secrets.

    ``as_written`` is True where the driver gets the text itself (pyodbc): then blanks stay and what
    ODBC loses is marked. mssql-python parses the text once more and drops the blanks.
    Only a keyword that some driver knows keeps its value. A segment behind a secret that no driver
    knows may be the rest of a password with ``;`` in it, so its name is hidden as well.
    """
    reading = _KeywordReading(as_written)
    for position, segment in enumerate(segments(text), start=1):
        reading.add(position, segment)
    return reading.result()


class _KeywordReading:
    """Follows the segments, and what each does to those behind it."""

    def __init__(self, as_written: bool) -> None:
        self.as_written = as_written
        self.keywords: list[Keyword] = []
        self.malformed: list[LostSegment] = []
        self.swallows = False
        self.behind_secret = False
        self.last_read: Keyword | None = None
        self.is_cut = False

    def add(self, position: int, segment: Pair | Malformed) -> None:
        self.is_cut = self.is_cut or self.last_read is not None
        if isinstance(segment, Pair):
            self._add_pair(position, segment)
            return
        self.behind_secret = self.behind_secret or segment.secret
        if self.last_read is None:
            self.malformed.append(LostSegment(position=position, characters=segment.characters))
            self.swallows = self.swallows or (self.as_written and not segment.has_equals)

    def _add_pair(self, position: int, pair: Pair) -> None:
        keyword = _keyword(
            pair,
            position,
            as_written=self.as_written,
            reaches=not self.swallows and self.last_read is None,
            behind_secret=self.behind_secret,
        )
        self.keywords.append(keyword)
        # ``Encrypt=yes PWD=a;b``, with a ``;`` forgotten: b may be the rest of that password.
        self.behind_secret = keyword.secret or names_a_secret(pair.value)
        if self.swallows:
            self.malformed[-1] = dataclasses.replace(self.malformed[-1], takes=keyword.name)
            self.swallows = False
        if pair.trailing and self.as_written and self.last_read is None:
            self.last_read = keyword

    def result(self) -> ExtraParams:
        return ExtraParams(
            keywords=tuple(self.keywords),
            malformed=tuple(self.malformed),
            unclosed_brace=any(not keyword.closed for keyword in self.keywords),
            cut_behind=self.last_read if self.is_cut else None,
        )


def _keyword(
    pair: Pair, position: int, *, as_written: bool, reaches: bool, behind_secret: bool
) -> Keyword:
    known = is_known_anywhere(pair.name)
    secret = names_a_secret(pair.name) or (behind_secret and not known)
    name = pair.name if as_written else pair.name.strip()
    value = pair.value if as_written else pair.stripped
    return Keyword(
        name=redact(name) if known or not secret else HIDDEN,
        value="" if secret or not known else _quotable(value),
        position=position,
        secret=secret,
        reaches_driver=reaches,
        closed=pair.closed,
    )


def _quotable(value: str) -> str:
    """A forgotten ``;`` puts the next pair, perhaps a password, into this value: then all hides."""
    return HIDDEN if "=" in value else redact(value)
