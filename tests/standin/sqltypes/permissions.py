"""Which type becomes which: by itself, by CAST and CONVERT, or never.

Source: the chart on Microsoft Learn, "Data type conversion (Database Engine)". Decided by family,
with the differences inside a family written out.
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import Final

from tests.standin.errors import conversion as errors
from tests.standin.sqltypes.families import TEMPORAL, UNICODE, Family, family
from tests.standin.sqltypes.sql_type import SqlType


class Permission(enum.Enum):
    IMPLICIT = "implicit"
    EXPLICIT = "explicit"
    NEVER = "never"


_IMPLICIT, _EXPLICIT, _NEVER = Permission.IMPLICIT, Permission.EXPLICIT, Permission.NEVER
_F = Family
#: The old large types, which convert to little else.
_LARGE: Final = frozenset({"text", "ntext", "image"})
#: Dates that were there before SQL Server 2008: they mix with numbers, the others do not.
_OLD_DATES: Final = frozenset({"datetime", "smalldatetime"})
_NUMBERS: Final = (_F.INTEGER, _F.DECIMAL, _F.MONEY, _F.FLOAT)

_CHART: Final[dict[tuple[Family, Family], Permission]] = {
    **{(a, b): _IMPLICIT for a in _NUMBERS for b in _NUMBERS},
    **{(a, _F.TEXT): _IMPLICIT for a in (*_NUMBERS, *TEMPORAL, _F.GUID, _F.BINARY)},
    (_F.MONEY, _F.TEXT): _EXPLICIT,
    **{(_F.TEXT, b): _IMPLICIT for b in (*_NUMBERS, *TEMPORAL, _F.GUID, _F.TEXT)},
    **{(a, b): _IMPLICIT for a in TEMPORAL for b in TEMPORAL},
    (_F.DATE, _F.TIME): _NEVER,
    (_F.TIME, _F.DATE): _NEVER,
    (_F.TEXT, _F.BINARY): _EXPLICIT,
    **{(a, _F.BINARY): _EXPLICIT for a in TEMPORAL},
    **{(a, _F.BINARY): _IMPLICIT for a in (*_NUMBERS, _F.GUID, _F.BINARY)},
    **{(_F.BINARY, b): _IMPLICIT for b in (_F.INTEGER, _F.DECIMAL, _F.MONEY, _F.GUID)},
    (_F.BINARY, _F.FLOAT): _NEVER,
    **{(_F.BINARY, b): _EXPLICIT for b in TEMPORAL},
    (_F.TEXT, _F.MARKUP): _IMPLICIT,
    (_F.BINARY, _F.MARKUP): _IMPLICIT,
    (_F.MARKUP, _F.TEXT): _EXPLICIT,
    (_F.MARKUP, _F.BINARY): _EXPLICIT,
    **{
        (a, _F.VARIANT): _IMPLICIT
        for a in (*_NUMBERS, *TEMPORAL, _F.TEXT, _F.GUID, _F.BINARY, _F.VARIANT)
    },
    **{(_F.VARIANT, b): _EXPLICIT for b in (*_NUMBERS, *TEMPORAL, _F.TEXT, _F.GUID, _F.BINARY)},
}


@lru_cache(maxsize=4096)
def permission(source: SqlType, target: SqlType) -> Permission:
    """What the chart says of a pair of types."""
    if source.name == target.name or source.name == "null":
        return _IMPLICIT
    if source.name in _LARGE or target.name in _LARGE:
        return _large(source, target)
    kinds = family(source), family(target)
    if kinds[0] in _NUMBERS and kinds[1] in TEMPORAL:
        return _IMPLICIT if target.name in _OLD_DATES else _NEVER
    if kinds[0] in TEMPORAL and kinds[1] in _NUMBERS:
        return _EXPLICIT if source.name in _OLD_DATES else _NEVER
    return _CHART.get(kinds, _NEVER)


def _large(source: SqlType, target: SqlType) -> Permission:
    """text, ntext and image: to and from the types they are the large form of."""
    kinds = family(source), family(target)
    if kinds == (_F.TEXT, _F.TEXT):
        both = source.name in UNICODE, target.name in UNICODE
        return _IMPLICIT if len(set(both)) == 1 or target.name == "ntext" else _EXPLICIT
    if kinds == (_F.BINARY, _F.BINARY):
        return _IMPLICIT
    if kinds == (_F.TEXT, _F.MARKUP):
        return _EXPLICIT
    return _NEVER


def check_implicit(source: SqlType, target: SqlType) -> None:
    """Raises StatementFailed with 206 or 257 where a value does not become the type by itself."""
    allowed = permission(source, target)
    if allowed is _NEVER:
        raise errors.operand_clash(source, target)
    if allowed is _EXPLICIT:
        raise errors.implicit_not_allowed(source, target)


def check_explicit(source: SqlType, target: SqlType) -> None:
    """Raises StatementFailed with 529 where even CAST and CONVERT do not help."""
    if permission(source, target) is _NEVER:
        raise errors.explicit_not_allowed(source, target)
