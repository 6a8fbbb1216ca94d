"""Slips that two neighbouring tokens give away: ``SELECT FROM``, ``(1, )``, ``WHERE x =``.

Queries stay text here and are taken apart only when they run. These checks find the usual slips
before anything of the batch runs, as SQL Server does; they know no more than what must not follow
what, so a query that passes them may still be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tests.standin.tsql.keywords import words
from tests.standin.tsql.tokens import Token

_COMPARISONS: Final = words("= <> < > <= >= != !< !>")
#: After these comes an operand, a name or a parenthesis.
_WANTS_OPERAND: Final = (
    _COMPARISONS
    | words(", + - / % & | ^ ~ || += -= *= /= %= &= ^= |=")
    | words("SELECT FROM WHERE AND OR ON BY HAVING SET WHEN THEN ELSE LIKE ESCAPE BETWEEN")
)
#: None of these is one, nor does any begin one.
_NO_OPERAND: Final = words(", ) / % & | ^ || <> <= >= !=") | words(
    """
    FROM WHERE GROUP ORDER HAVING UNION EXCEPT INTERSECT INTO ON AND OR WHEN THEN ELSE END AS JOIN
    INNER OUTER CROSS FULL IS IN LIKE BETWEEN BY ASC DESC OPTION SET
    """
)
#: With these nothing can end.
_UNFINISHED: Final = (
    _WANTS_OPERAND
    | {".", "("}
    | words("AS INTO JOIN IS IN NOT GROUP ORDER CASE UNION DISTINCT TOP")
)


def misplaced(tokens: Sequence[Token], following: Token) -> Token | None:
    """The first token that cannot be where it is; ``following`` is the one behind the text."""
    for before, after in pairwise(tokens):
        if before.key == "OPTION":  # OPTION (HASH GROUP, ORDER GROUP) has a grammar of its own
            return None
        if before.key in _WANTS_OPERAND and after.key in _NO_OPERAND:
            return after
        if (before.key, after.key) in {("=", "="), ("(", ",")}:
            return after
    return following if tokens[-1].key in _UNFINISHED else None
