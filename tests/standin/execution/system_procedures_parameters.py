"""sp_describe_undeclared_parameters: what ODBC's SQLDescribeParam asks of a statement.

Drivers ask it to learn the type of a NULL, and for the arrays of pyodbc's fast_executemany.
Source: Microsoft Learn, "sp_describe_undeclared_parameters (Transact-SQL)", and sys.types. The two
columns "for internal use" hold what COLMETADATA would (unconfirmed; no driver here reads more of
them than the length).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django_mssql_ops.tds import bit_type, int_type, nvarchar
from tests.standin.catalog.column_facts import max_length, precision_and_scale, system_type
from tests.standin.columns import INT, SYSNAME, column
from tests.standin.declarations import parameter_declarations
from tests.standin.engine import Result, ResultSet, StatementFailed, not_supported
from tests.standin.errors import procedures as errors
from tests.standin.sqltypes import declaration, from_declaration, to_type_info
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation import translate_select
from tests.standin.translation.deductions import Deductions
from tests.standin.translation.modifications import translate_modification
from tests.standin.translation.plan import Scope
from tests.standin.tsql import nodes
from tests.standin.tsql.parser import parse_batch
from tests.standin.tsql.tokens import Kind, Token, tokenize

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_SMALLINT: Final = int_type(2)
_TINYINT: Final = int_type(1)
_BIT: Final = bit_type()
_COLUMNS: Final = (
    column("parameter_ordinal", INT),
    column("name"),
    column("suggested_system_type_id", INT),
    column("suggested_system_type_name", nvarchar(256)),
    column("suggested_max_length", _SMALLINT),
    column("suggested_precision", _TINYINT),
    column("suggested_scale", _TINYINT),
    column("suggested_user_type_id", INT),
    column("suggested_user_type_database", SYSNAME),
    column("suggested_user_type_schema", SYSNAME),
    column("suggested_user_type_name", SYSNAME),
    column("suggested_assembly_qualified_type_name", nvarchar(4000)),
    column("suggested_xml_collection_id", INT),
    column("suggested_xml_collection_database", SYSNAME),
    column("suggested_xml_collection_schema", SYSNAME),
    column("suggested_xml_collection_name", SYSNAME),
    column("suggested_is_xml_document", _BIT),
    column("suggested_is_case_sensitive", _BIT),
    column("suggested_is_fixed_length_clr_type", _BIT),
    column("suggested_is_input", _BIT),
    column("suggested_is_output", _BIT),
    column("formal_parameter_name"),
    column("suggested_tds_type_id", INT),
    column("suggested_tds_length", INT),
)
#: Statements beside the described one that have no parameters.
_PASSED_OVER: Final = (nodes.SetOption, nodes.SetIdentityInsert, nodes.SetIsolation)


def undeclared_parameters(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """A row for each parameter of ``tsql`` that ``params`` does not declare.

    Raises StatementFailed with 11502, 11508 or 11526, and with the errors of ``tsql`` itself.
    """
    text = str(arguments["tsql"] or "")
    declared = {
        parameter.name.lower(): from_declaration(parameter.type.name, parameter.type.arguments)
        for parameter in parameter_declarations(str(arguments.get("params") or ""))
    }
    undeclared = tuple(_undeclared(text, declared))
    deductions = Deductions()
    variables = {**declared, **{name.lower(): UNTYPED_NULL for name in undeclared}}
    _compile(text, Scope(handle.catalog, variables, deductions))
    rows = []
    for ordinal, name in enumerate(undeclared, 1):
        kind = deductions.type_of(name)
        if kind is None:
            raise errors.type_not_deduced(name)
        rows.append((ordinal, name, *_suggestion(kind)))
    return [ResultSet(_COLUMNS, rows)]


def _undeclared(text: str, declared: Mapping[str, SqlType]) -> Iterator[str]:
    tokens = tuple(tokenize(text))
    names = [token.text for token in tokens if _is_parameter(token)]
    uses = Counter(name.lower() for name in names)
    for name in names:
        if name.lower() in declared:
            continue
        if uses[name.lower()] > 1:
            raise errors.undeclared_used_twice(name)
        yield name
    if any(token.value.startswith("#") for token in tokens if token.kind in _NAMES):
        raise errors.uses_temporary_table(text)


_NAMES: Final = (Kind.WORD, Kind.QUOTED)


def _is_parameter(token: Token) -> bool:
    return token.kind is Kind.VARIABLE and not token.text.startswith("@@")


def _compile(text: str, scope: Scope) -> None:
    for node in parse_batch(text):
        if isinstance(node, nodes.Select):
            translate_select(node.query.text, scope)
        elif isinstance(node, nodes.Modification):
            translate_modification(node, scope)
        elif not isinstance(node, _PASSED_OVER):
            raise StatementFailed(not_supported(f"the parameters of {text}"))


def _suggestion(kind: SqlType) -> tuple[object, ...]:
    precision, scale = precision_and_scale(kind)
    wire = to_type_info(kind)
    no_user_type, no_collection = (None,) * 5, (None,) * 4
    return (
        system_type(kind).system_type_id,
        declaration(kind),
        max_length(kind),
        precision,
        scale,
        *no_user_type,
        *no_collection,
        *(False, False, False),
        *(True, False),
        None,
        int(wire.type),
        wire.length or max_length(kind),
    )
