"""Table hints and OPTION: what they ask of the stand-in's one write lock.

Microsoft Learn, "Table hints (Transact-SQL)". Readers never block here (SQLite's WAL), so hints
that only loosen or shrink locks change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of

#: Locks that others wait for, until the transaction ends.
_LOCKING: Final = frozenset(
    {"UPDLOCK", "XLOCK", "TABLOCKX", "HOLDLOCK", "SERIALIZABLE", "REPEATABLEREAD"}
)
_WITHOUT_EFFECT: Final = frozenset(
    {
        "NOLOCK",
        "READUNCOMMITTED",
        "READCOMMITTED",
        "READCOMMITTEDLOCK",
        "ROWLOCK",
        "PAGLOCK",
        "TABLOCK",
    }
)
#: Hints of OPTION that choose a plan and never a result.
_OPTIONS: Final = frozenset({"RECOMPILE", "MAXDOP", "FORCE ORDER", "LOOP JOIN", "HASH JOIN"})


def note_hints(compiler: Compiler, hints: Sequence[exp.Expr] | None) -> None:
    """Follow WITH (…) behind a table; what is not known here is refused."""
    for group in hints or ():
        if not isinstance(group, exp.WithTableHint):
            raise StatementFailed(not_supported(text_of(group)))
        for hint in group.expressions:
            _note(compiler, hint)


def _note(compiler: Compiler, hint: exp.Expr) -> None:
    word = hint.name.upper() if isinstance(hint, exp.Var) else ""
    if word in _LOCKING:
        compiler.locks = True
    elif word == "NOWAIT":
        compiler.nowait = True
    elif word not in _WITHOUT_EFFECT:
        raise StatementFailed(not_supported(f"the table hint {text_of(hint)}"))


def check_options(options: Sequence[exp.Expr] | None) -> None:
    """OPTION (…) behind a statement."""
    for option in options or ():
        if option.name.upper() not in _OPTIONS:
            raise StatementFailed(not_supported(f"OPTION ({text_of(option)})"))
