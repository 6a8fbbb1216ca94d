"""Whether a middleware tries ``get_response`` again, read from its source; nothing is executed.

The shape is that of a published sample: a ``try`` around ``get_response`` that catches an error of
the database, or a retrying decorator or call around it. Django has turned the view's exception into
a response before either could see it.
"""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

#: Bytes. No module of a person's is longer, and a generated one holds no middleware.
_LARGEST: Final = 1 << 20
#: Steps from a name to the module that defines it.
_MOST_STEPS: Final = 4
_GET_RESPONSE: Final = "get_response"
#: Django's and the DB-API's errors, by the name that an except clause gives.
_ERRORS: Final = frozenset(
    {
        "DBAPIError",
        "DataError",
        "DatabaseError",
        "Error",
        "IntegrityError",
        "InterfaceError",
        "InternalError",
        "OperationalError",
        "ProgrammingError",
    }
)
_ANY_ERROR: Final = frozenset({"Exception", "BaseException"})

_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def line_of_retry(path: str) -> int | None:
    """The line in its module where the middleware ``path`` tries ``get_response`` again, or None.

    None as well when the source cannot be found or read: it may be compiled, or not be there.
    """
    for _ in range(_MOST_STEPS):
        module, _, name = path.rpartition(".")
        tree = _parsed(module)
        if tree is None:
            return None
        definition = _defined(tree, name)
        if definition is not None:
            return min(_lines(tree, definition), default=None)
        path = _imported_as(tree, name, module)
    return None


def _parsed(module: str) -> ast.Module | None:
    source = _source(module)
    if source is None or (_GET_RESPONSE not in source and "import" not in source):
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _source(module: str) -> str | None:
    try:
        spec = importlib.util.find_spec(module) if module else None
    except Exception:  # whatever a parent package raises while it is imported
        return None
    origin = None if spec is None else spec.origin
    if origin is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):  # type: ignore[union-attr]
        return None
    try:
        if Path(origin).stat().st_size > _LARGEST:
            return None
        with tokenize.open(origin) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def _defined(tree: ast.Module, name: str) -> _Definition | None:
    found = [node for node in ast.walk(tree) if isinstance(node, _Definition)]
    return next((node for node in found if node.name == name and node in tree.body), None)


def _imported_as(tree: ast.Module, name: str, module: str) -> str:
    """The path that ``from x import y as name`` gives ``name``; "" when there is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return f"{_absolute(node, module)}.{alias.name}"
    return ""


def _absolute(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    spec = importlib.util.find_spec(module)
    is_package = spec is not None and spec.submodule_search_locations is not None
    package = module if is_package else module.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package


def _lines(tree: ast.Module, definition: _Definition) -> Iterator[int]:
    names = _tuples_of_errors(tree)
    for node in _with_bases(tree, definition):
        yield from _retries(node, names, in_loop=False)


def _with_bases(tree: ast.Module, definition: _Definition) -> Iterator[_Definition]:
    """The definition, and of a class the bases that stand in the same module."""
    waiting: list[_Definition] = [definition]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.name in seen:
            continue
        seen.add(node.name)
        yield node
        for base in node.bases if isinstance(node, ast.ClassDef) else ():
            found = _defined(tree, _last_name(base))
            if found is not None:
                waiting.append(found)


def _retries(node: ast.AST, names: frozenset[str], *, in_loop: bool) -> Iterator[int]:
    if isinstance(node, ast.Try) and _calls_get_response(node.body):
        caught = {name for handler in node.handlers for name in _caught(handler)}
        if caught & (_ERRORS | names) or (in_loop and caught & _ANY_ERROR):
            yield node.lineno
    if isinstance(node, ast.Call) and _is_retrying_call(node):
        yield node.lineno
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_retrying_function(node):
        yield node.lineno
    in_loop = in_loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
    for child in ast.iter_child_nodes(node):
        yield from _retries(child, names, in_loop=in_loop)


def _is_retrying_call(node: ast.Call) -> bool:
    """``retry(self.get_response)`` and ``retried(lambda: self.get_response(request))``."""
    return _sounds_retrying(node.func) and any(
        _is_get_response(given) or (isinstance(given, ast.Lambda) and _calls_get_response([given]))
        for given in node.args
    )


def _is_retrying_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """An inner function that calls get_response under ``@retry(...)``."""
    decorated = any(_sounds_retrying(decorator) for decorator in node.decorator_list)
    return decorated and _calls_get_response(node.body)


def _sounds_retrying(node: ast.AST) -> bool:
    named = node.func if isinstance(node, ast.Call) else node
    return "retr" in _last_name(named).lower()


def _calls_get_response(body: Sequence[ast.AST]) -> bool:
    calls = (n for part in body for n in ast.walk(part) if isinstance(n, ast.Call))
    return any(_is_get_response(call.func) for call in calls)


def _is_get_response(node: ast.AST) -> bool:
    return _last_name(node).lstrip("_") == _GET_RESPONSE


def _caught(handler: ast.ExceptHandler) -> Iterator[str]:
    caught = handler.type
    if caught is None:
        yield "BaseException"
    for node in caught.elts if isinstance(caught, ast.Tuple) else [caught]:
        if node is not None:
            yield _last_name(node)


def _tuples_of_errors(tree: ast.Module) -> frozenset[str]:
    """Names that the module gives to a tuple or an alias of such errors."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            named = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if any(_last_name(error) in _ERRORS for error in named):
                found.add(_last_name(node.targets[0]))
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname for a in node.names if a.asname and a.name in _ERRORS}
    return frozenset(found)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
