"""CREATE and DROP of schemas and views, and alias types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.standin import sqltypes
from tests.standin.catalog.model import Column, Table, View
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import definition, schemas
from tests.standin.execution.definition_names import schema_for
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL
from tests.standin.translation import translate_select
from tests.standin.translation.plan import OutputColumn, Scope
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

#: What can never be dropped (Microsoft Learn, "DROP SCHEMA").
_FIXED: Final = frozenset({"dbo", "guest", "sys", "information_schema"})


def create_schema(node: nodes.CreateSchema, handle: Handle) -> None:
    """Raises StatementFailed with 2714."""
    if handle.catalog.schema(node.name) is not None:
        raise definition.object_exists(node.name)
    handle.catalog.create_schema(node.name)


def drop_schema(node: nodes.DropSchema, handle: Handle) -> None:
    """Raises StatementFailed with 15151 or 3729."""
    if handle.catalog.schema(node.name) is None and node.if_exists:
        return
    if handle.catalog.schema(node.name) is None or node.name.lower() in _FIXED:
        raise schemas.cannot_drop_schema(node.name)
    for name in handle.catalog.objects_in(node.name):
        raise schemas.schema_in_use(node.name, name)
    handle.catalog.drop_schema(node.name)


def create_view(node: nodes.CreateView, handle: Handle) -> None:
    """Raises StatementFailed with 2714, 4506, 4511, 8158, 8159 and the errors of its query."""
    schema = schema_for(handle, node.name)
    if node.name.is_temporary:
        raise StatementFailed(not_supported("a temporary view"))
    existing = handle.catalog.find(node.name)
    replaces = node.or_alter and isinstance(existing, View)
    if not replaces and handle.catalog.object_exists(schema, node.name.name):
        raise definition.object_exists(node.name.name)
    plan = translate_select(node.query.text, Scope(handle.catalog))
    view = View(
        existing.object_id if isinstance(existing, View) else handle.catalog.new_object_id(),
        schema,
        node.name.name,
        _view_columns(node, plan.columns),
        node.query.text,
        node.definition,
    )
    handle.catalog.save(view)


def _view_columns(node: nodes.CreateView, columns: tuple[OutputColumn, ...]) -> tuple[Column, ...]:
    if node.columns and len(node.columns) != len(columns):
        raise schemas.view_column_count(
            node.name.name, fewer_names=len(node.columns) < len(columns)
        )
    if node.columns:
        pairs = zip(columns, node.columns, strict=True)
        columns = tuple(replace(column, name=name) for column, name in pairs)
    seen: set[str] = set()
    for position, column in enumerate(columns, start=1):
        if not column.name:
            raise schemas.unnamed_view_column(position)
        if column.name.lower() in seen:
            raise schemas.view_column_twice(column.name, node.name.name)
        seen.add(column.name.lower())
    return tuple(
        Column(
            position,
            column.name,
            INT if column.type == UNTYPED_NULL else column.type,
            nullable=column.nullable,
        )
        for position, column in enumerate(columns, start=1)
    )


def drop_view(node: nodes.DropView, handle: Handle) -> None:
    """Raises StatementFailed with 3701 or 3705."""
    for name in node.names:
        found = handle.catalog.find(name)
        if found is None and node.if_exists:
            continue
        if isinstance(found, Table):
            raise definition.wrong_drop("VIEW", str(name), "table")
        if not isinstance(found, View):
            raise definition.cannot_drop("view", str(name))
        handle.catalog.remove(found)


def create_type(node: nodes.CreateType, handle: Handle) -> None:
    """Raises StatementFailed with 219."""
    schema = schema_for(handle, node.name)
    if handle.catalog.alias_type(node.name.name, schema):
        raise schemas.type_exists(str(node.name))
    data_type = sqltypes.from_declaration(node.base.name, node.base.arguments)
    handle.catalog.create_alias_type(schema, node.name.name, data_type, node.nullable)
