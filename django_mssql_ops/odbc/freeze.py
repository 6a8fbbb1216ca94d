"""Whether the driver manager of this process has already read its configuration.

unixODBC keeps ODBCSYSINI from the first connect or ``SQLDrivers`` on. It is asked through an
environment handle of its own: ``pyodbc.drivers()`` would allocate pyodbc's, after which
``pyodbc.pooling`` can no longer be changed. Asking also freezes the answer, so it is only asked
once everything is in place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SQL_HANDLE_ENV = 1
_SQL_ATTR_ODBC_VERSION = 200
_SQL_OV_ODBC3 = 3
_SQL_FETCH_FIRST, _SQL_FETCH_NEXT = 2, 1
_SQL_SUCCEEDED = (0, 1)

#: unixODBC itself cannot list more than about a kilobyte of names.
_MAX_DRIVERS = 500
_NAME_BYTES = 1024
_ATTRIBUTE_BYTES = 16 * 1024


def library_seen_by(driver_manager: Path, driver: str) -> str | None:
    """The library that the loaded ``driver_manager`` has for ``driver``; None when it has none.

    Raises OSError or AttributeError when ``driver_manager`` is no ODBC driver manager.
    """
    library = ctypes.CDLL(str(driver_manager))
    with _environment(library) as handle:
        for name, attributes in _drivers(library, handle):
            if name.lower() == driver.lower():
                return attributes.get("driver64") or attributes.get("driver")
    return None


@contextmanager
def _environment(library: ctypes.CDLL) -> Iterator[ctypes.c_void_p]:
    handle = ctypes.c_void_p()
    allocated = library.SQLAllocHandle(
        ctypes.c_short(_SQL_HANDLE_ENV), ctypes.c_void_p(), ctypes.byref(handle)
    )
    if allocated not in _SQL_SUCCEEDED:
        raise OSError("the driver manager gave no environment handle")
    try:
        library.SQLSetEnvAttr(
            handle,
            ctypes.c_int(_SQL_ATTR_ODBC_VERSION),
            ctypes.c_void_p(_SQL_OV_ODBC3),
            ctypes.c_int(0),
        )
        yield handle
    finally:
        library.SQLFreeHandle(ctypes.c_short(_SQL_HANDLE_ENV), handle)


def _drivers(library: ctypes.CDLL, handle: ctypes.c_void_p) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and attributes (keys in lower case) of each driver, by SQLDrivers."""
    name = ctypes.create_string_buffer(_NAME_BYTES)
    attributes = ctypes.create_string_buffer(_ATTRIBUTE_BYTES)
    lengths = ctypes.c_short(), ctypes.c_short()
    direction = _SQL_FETCH_FIRST
    for _ in range(_MAX_DRIVERS):
        answer = library.SQLDrivers(
            handle,
            ctypes.c_ushort(direction),
            name,
            ctypes.c_short(_NAME_BYTES),
            ctypes.byref(lengths[0]),
            attributes,
            ctypes.c_short(_ATTRIBUTE_BYTES),
            ctypes.byref(lengths[1]),
        )
        if answer not in _SQL_SUCCEEDED:
            return
        yield _text(name.value), _attributes(attributes.raw[: max(lengths[1].value, 0)])
        direction = _SQL_FETCH_NEXT


def _attributes(raw: bytes) -> dict[str, str]:
    """``b"Driver=/x\\0Setup=/y\\0"`` as a mapping; the first of two equal keys counts."""
    found: dict[str, str] = {}
    for pair in raw.split(b"\0"):
        key, _, value = _text(pair).partition("=")
        found.setdefault(key.strip().lower(), value.strip())
    return found


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
