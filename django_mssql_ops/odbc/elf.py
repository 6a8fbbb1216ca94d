"""What an ELF shared object asks the loader for: DT_NEEDED, DT_RPATH and DT_RUNPATH.

System V ABI, "Object Files" (header, program header) and "Dynamic Linking" (dynamic section). Only
the program headers are read, as the loader does: a stripped file has no section headers.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"\x7fELF"
_CLASS_64, _LITTLE_ENDIAN = 2, 1
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 10, 15, 29

#: No linker writes more; a file that claims more is damaged.
_MAX_PROGRAM_HEADERS = 1024
_MAX_DYNAMIC_BYTES = 1024 * 1024
_MAX_STRING_TABLE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DynamicSection:
    """``needed`` library names in order, and the directories searched before the system's."""

    needed: tuple[str, ...]
    search_path: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


def read_dynamic_section(path: Path) -> DynamicSection | None:
    """The dynamic section of the file at ``path``; None when it is no ELF object or damaged.

    Raises OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        try:
            segments = tuple(_segments(file))
            entries = tuple(_dynamic_entries(file, segments))
            strings = _string_table(file, segments, dict(entries))
        except (struct.error, ValueError, OverflowError):
            return None
    if not entries:
        return None
    needed = tuple(_string(strings, value) for tag, value in entries if tag == _DT_NEEDED)
    searched = [_string(strings, v) for tag, v in entries if tag in (_DT_RPATH, _DT_RUNPATH)]
    origin = str(path.resolve().parent)
    return DynamicSection(
        needed=tuple(name for name in needed if name),
        search_path=tuple(
            Path(part.replace("${ORIGIN}", origin).replace("$ORIGIN", origin))
            for text in searched
            for part in text.split(":")
            if part
        ),
    )


def _segments(file: BinaryIO) -> Iterator[_Segment]:
    header = file.read(64)
    if (
        len(header) < 64
        or header[:4] != _MAGIC
        or header[4] != _CLASS_64
        or header[5] != _LITTLE_ENDIAN
    ):
        raise ValueError("not a 64-bit little-endian ELF object")
    (table,) = struct.unpack_from("<Q", header, 32)
    entry_size, count = struct.unpack_from("<HH", header, 54)
    if entry_size < 56 or count > _MAX_PROGRAM_HEADERS:
        raise ValueError("damaged program header table")
    headers = _read_at(file, table, entry_size * count)
    for index in range(count):
        kind, _, offset, address, _, size = struct.unpack_from(
            "<IIQQQQ", headers, index * entry_size
        )
        yield _Segment(kind, offset, address, size)


def _dynamic_entries(file: BinaryIO, segments: tuple[_Segment, ...]) -> Iterator[tuple[int, int]]:
    dynamic = next((s for s in segments if s.kind == _PT_DYNAMIC), None)
    if dynamic is None:
        return
    content = _read_at(file, dynamic.offset, min(dynamic.size, _MAX_DYNAMIC_BYTES))
    for tag, value in struct.iter_unpack("<QQ", content[: len(content) // 16 * 16]):
        if tag == _DT_NULL:
            return
        yield tag, value


def _string_table(file: BinaryIO, segments: tuple[_Segment, ...], entries: dict[int, int]) -> bytes:
    """DT_STRTAB is an address; the PT_LOAD segment around it says where that is in the file."""
    address, size = entries.get(_DT_STRTAB, 0), entries.get(_DT_STRSZ, 0)
    if size > _MAX_STRING_TABLE_BYTES:
        raise ValueError("damaged string table")
    for segment in segments:
        if segment.kind == _PT_LOAD and segment.address <= address < segment.address + segment.size:
            return _read_at(file, address - segment.address + segment.offset, size)
    return b""


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Up to ``size`` bytes at ``offset``. Raises ValueError for a place beyond the file's end."""
    if offset > file.seek(0, os.SEEK_END):
        raise ValueError("damaged offset")
    file.seek(offset)
    return file.read(size)


def _string(table: bytes, offset: int) -> str:
    end = table.find(b"\0", offset)
    return table[offset:end].decode("utf-8", "surrogateescape") if 0 <= offset < end else ""
