"""T-SQL as sqlglot shall read it: the tree says what was written, and nothing else.

sqlglot's own T-SQL dialect is made for turning one dialect into another. It merges functions that
differ (GETDATE and SYSDATETIME become one node), adds casts, renames types and reads clauses of
other databases. Here every function stays an ``Anonymous`` node, types keep their words, and
operators bind as Microsoft Learn's "Operator precedence (Transact-SQL)" has them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import sqlglot
from sqlglot import exp
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser as BaseParser
from sqlglot.parsers.tsql import TSQLParser
from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # re-exported

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors.binding import incorrect_syntax, quote_not_closed


class TypeAsWritten(exp.Expression):
    """``decimal(10, 2)``: ``this`` is "decimal", ``arguments`` are the literals' texts."""

    arg_types = {"this": True, "arguments": False}  # noqa: RUF012  sqlglot's own form


class Conversion(exp.Expression):
    """CAST, CONVERT and their TRY_ forms; ``function`` is the word that was written."""

    arg_types = {  # noqa: RUF012  sqlglot's own form
        "this": True,
        "to": True,
        "style": False,
        "function": True,
    }

    @property
    def attempts(self) -> bool:
        """TRY_CAST and TRY_CONVERT give NULL where the others fail."""
        return bool(self.args["function"].startswith("TRY_"))


#: Words before a function's parenthesis may be missing; MS Learn lists them under their own names.
_WITHOUT_PARENTHESES: Final = frozenset(
    {"CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER"}
)
#: Types of several words, by their first one.
_LONGER_TYPES: Final = (
    ("double", "precision"),
    ("national", "character", "varying"),
    ("national", "char", "varying"),
    ("national", "character"),
    ("national", "char"),
    ("national", "text"),
    ("character", "varying"),
    ("char", "varying"),
    ("binary", "varying"),
)


class TSQLAsWritten(TSQL):
    """See the module's own words."""

    class Tokenizer(TSQL.Tokenizer):
        # QUOTED_IDENTIFIER is ON: double quotes never make a string.
        QUOTES = ["'"]  # noqa: RUF012  sqlglot's own form

    class Parser(TSQLParser):
        # Every function stays Anonymous.
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012
            "CASE": lambda self: self._parse_case(),
        }
        FUNCTION_PARSERS = {  # noqa: RUF012
            "CAST": lambda self: self._parse_cast_as_written("CAST"),
            "TRY_CAST": lambda self: self._parse_cast_as_written("TRY_CAST"),
            "CONVERT": lambda self: self._parse_convert_as_written("CONVERT"),
            "TRY_CONVERT": lambda self: self._parse_convert_as_written("TRY_CONVERT"),
        }
        QUERY_MODIFIER_PARSERS = {  # noqa: RUF012
            token: TSQLParser.QUERY_MODIFIER_PARSERS[token]
            for token in (
                TokenType.WHERE,
                TokenType.GROUP_BY,
                TokenType.HAVING,
                TokenType.ORDER_BY,
                TokenType.OFFSET,
                TokenType.FETCH,
                TokenType.OPTION,
                TokenType.FOR,
            )
        }
        # +, -, &, ^ and | bind alike, and weaker than *, / and %.
        BITWISE: ClassVar[dict[Any, Any]] = {}
        TERM = {  # noqa: RUF012
            TokenType.PLUS: exp.Add,
            TokenType.DASH: exp.Sub,
            TokenType.AMP: exp.BitwiseAnd,
            TokenType.PIPE: exp.BitwiseOr,
            TokenType.CARET: exp.BitwiseXor,
        }
        FACTOR = {  # noqa: RUF012
            TokenType.STAR: exp.Mul,
            TokenType.SLASH: exp.Div,
            TokenType.MOD: exp.Mod,
            TokenType.COLLATE: exp.Collate,
        }

        def _parse_function_call(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
            word = self._curr.text.upper() if self._curr else ""
            if (
                word in _WITHOUT_PARENTHESES
                and self._curr.token_type != TokenType.IDENTIFIER
                and self._prev.token_type != TokenType.DOT
                and self._next.token_type != TokenType.L_PAREN
            ):
                self._advance()
                return exp.Anonymous(this=word, expressions=[])
            call: exp.Expr | None = super()._parse_function_call(*args, **kwargs)
            return call

        def _parse_column(self) -> exp.Expr | None:
            # sqlglot takes 0x without digits for a name; a name in brackets is two longer.
            token = self._curr
            if token and token.text in ("0x", "0X") and token.end - token.start == 1:
                self._advance()
                return exp.HexString(this="")
            column: exp.Expr | None = super()._parse_column()
            return column

        def _parse_projections(self) -> tuple[list[exp.Expr], list[exp.Expr] | None]:
            projections, _ = BaseParser._parse_projections(self)
            return [_with_alias(projection) for projection in projections], None

        def _parse_cast_as_written(self, function: str) -> Conversion:
            value = self._parse_disjunction()
            if not self._match(TokenType.ALIAS):
                self.raise_error(f"Expected AS in {function}")
            return Conversion(this=value, to=self._parse_type_as_written(), function=function)

        def _parse_convert_as_written(self, function: str) -> Conversion:
            written = self._parse_type_as_written()
            if not self._match(TokenType.COMMA):
                self.raise_error(f"Expected a value in {function}")
            value = self._parse_disjunction()
            style = self._parse_disjunction() if self._match(TokenType.COMMA) else None
            return Conversion(this=value, to=written, style=style, function=function)

        def _parse_type_as_written(self) -> TypeAsWritten:
            for words in _LONGER_TYPES:
                if self._match_text_seq(*words):
                    name = " ".join(words)
                    break
            else:
                name = (self._advance_any(ignore_reserved=True) and self._prev.text) or ""
                if self._match(TokenType.DOT):
                    self._advance_any(ignore_reserved=True)
                    name += "." + self._prev.text
            arguments: list[str] = []
            if self._match(TokenType.L_PAREN):
                arguments = self._parse_csv(self._parse_type_argument)
                self._match_r_paren()
            return TypeAsWritten(this=name.lower(), arguments=arguments)

        def _parse_type_argument(self) -> str:
            self._advance()
            return str(self._prev.text).lower()


def _with_alias(projection: exp.Expr) -> exp.Expr:
    """``alias = expression`` of a select list; ``@variable = expression`` stays as it is."""
    if not isinstance(projection, exp.EQ) or not isinstance(projection.this, exp.Column):
        return projection
    if projection.this.args.get("table") is not None:
        return projection
    return exp.alias_(projection.expression, projection.this.this, copy=False)


def parse_statement(text: str) -> exp.Expr:
    """The tree of one statement; error 102 where it is none."""
    return _parse(text)


def parse_expression(text: str) -> exp.Expr:
    """The tree of a value or a condition."""
    query = _parse(f"SELECT ({text}\n)")
    if not isinstance(query, exp.Select) or len(query.expressions) != 1:
        raise incorrect_syntax(text.split(maxsplit=1)[0] if text.strip() else ")")
    only = query.expressions[0]
    if not isinstance(only, exp.Paren | exp.Subquery):
        raise StatementFailed(not_supported(text))
    return only.this if isinstance(only, exp.Paren) else only


def _parse(text: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=TSQLAsWritten) if tree is not None]
    except TokenError as error:
        raise quote_not_closed(text.rpartition("'")[2]) from error
    except ParseError as error:
        raise incorrect_syntax(_near(error)) from error
    if len(trees) != 1:
        raise StatementFailed(not_supported(text))
    return trees[0]


def _near(error: ParseError) -> str:
    return str(error.errors[0].get("highlight") or "") if error.errors else ""


def text_of(node: exp.Expr) -> str:
    """A node in the words of T-SQL, for error texts only."""
    try:
        return node.sql(dialect=TSQL)
    except (ValueError, TypeError, AttributeError):
        return type(node).__name__
