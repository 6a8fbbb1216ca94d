"""GO: the line that ends a batch in a script. It is the tools' word, no server ever sees it.

Microsoft Learn, "SQL Server utilities statements - GO".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.tokens import TRIVIA, Kind, Token, tokenize

#: A script in a test has no use for more, and a slip shall not fill the memory.
_MOST_REPETITIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Separator:
    """One GO: the text it takes away, its line's end included, and how often it runs the batch."""

    start: int
    end: int
    count: int


def split_script(text: str) -> tuple[str, ...]:
    """The batches of a script; ``GO 3`` gives one three times, batches of nothing are left out."""
    batches: list[str] = []
    tokens = tuple(tokenize(text))
    contents = [token.start for token in tokens if token.kind not in TRIVIA]
    start = 0
    for separator in (*_separators(tokens), _Separator(len(text), len(text), 1)):
        if bisect_left(contents, start) < bisect_left(contents, separator.start):
            batches += [text[start : separator.start]] * separator.count
        start = separator.end
    return tuple(batches)


def _separators(tokens: Sequence[Token]) -> Iterator[_Separator]:
    for index, token in enumerate(tokens):
        if token.key == "GO" and _begins_line(tokens, index):
            separator = _separator(tokens, index)
            if separator is not None:
                yield separator


def _begins_line(tokens: Sequence[Token], index: int) -> bool:
    if index == 0:
        return True
    before = tokens[index - 1]
    return before.kind is Kind.BLANK and (index == 1 or "\n" in before.text)


def _separator(tokens: Sequence[Token], index: int) -> _Separator | None:
    """The GO at ``index``; None where its line goes on with something else."""
    start, end = tokens[index].start, tokens[index].end
    count: int | None = None
    for token in tokens[index + 1 :]:
        if token.kind is Kind.NUMBER and token.text.isdecimal() and count is None:
            count = int(token.text)
        elif token.kind not in TRIVIA:
            return None
        end = token.end
        if "\n" in token.text:
            end = token.start + token.text.index("\n") + 1
            break
    count = 1 if count is None else count
    if count > _MOST_REPETITIONS:
        raise syntax.refused(f"GO {count}", tokens[index].line)
    return _Separator(start, end, count)
