from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.odbc.elf import read_dynamic_section

HEADER, PROGRAM_HEADER = 64, 56
PT_LOAD, PT_DYNAMIC = 1, 2
DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_RPATH, DT_RUNPATH = 1, 5, 10, 15, 29


def shared_object(needed: list[str], *, runpath: str = "", address: int = 0x1000) -> bytes:
    """A minimal 64-bit ELF object: one PT_LOAD over all of it, one PT_DYNAMIC."""
    strings = b"\0"
    entries = []
    for tag, text in [*((DT_NEEDED, name) for name in needed), (DT_RUNPATH, runpath)]:
        if text:
            entries.append((tag, len(strings)))
            strings += text.encode() + b"\0"
    dynamic_at = HEADER + 2 * PROGRAM_HEADER
    dynamic_size = (len(entries) + 3) * 16
    strings_at = dynamic_at + dynamic_size
    entries += [(DT_STRTAB, address + strings_at), (DT_STRSZ, len(strings)), (0, 0)]
    total = strings_at + len(strings)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, HEADER, 0, 0, 64, 56, 2, 0, 0, 0)
    load = struct.pack("<IIQQQQQQ", PT_LOAD, 5, 0, address, address, total, total, 4096)
    dynamic = struct.pack(
        "<IIQQQQQQ", PT_DYNAMIC, 6, dynamic_at, address, address, dynamic_size, dynamic_size, 8
    )
    return header + load + dynamic + b"".join(struct.pack("<QQ", *e) for e in entries) + strings


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "libexample.so"


def test_needed_libraries_are_read_in_order(library: Path) -> None:
    library.write_bytes(shared_object(["libltdl.so.7", "libc.so.6"]))
    section = read_dynamic_section(library)
    assert section is not None
    assert section.needed == ("libltdl.so.7", "libc.so.6")
    assert section.search_path == ()


def test_origin_in_the_run_path_is_the_directory_of_the_file(library: Path) -> None:
    library.write_bytes(shared_object(["liba.so"], runpath="$ORIGIN:${ORIGIN}/../x::/opt/lib"))
    section = read_dynamic_section(library)
    assert section is not None
    origin = library.resolve().parent
    assert section.search_path == (origin, origin / "../x", Path("/opt/lib"))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x7fELF", b"MZ" + bytes(100), b"\x7fELF\x01\x01" + bytes(100), bytes(200)],
    ids=["empty", "cut", "windows", "32-bit", "zeros"],
)
def test_what_is_no_elf_object_of_this_kind_is_none(library: Path, content: bytes) -> None:
    library.write_bytes(content)
    assert read_dynamic_section(library) is None


def test_a_file_that_is_not_there_raises_oserror(library: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_dynamic_section(library)


@given(position=st.integers(0, 400), value=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_damaged_object_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int, cut: int
) -> None:
    content = bytearray(shared_object(["libltdl.so.7"], runpath="$ORIGIN"))
    content[position % len(content)] = value
    path = tmp_path_factory.getbasetemp() / "damaged.so"
    path.write_bytes(content[: len(content) - cut] if cut < len(content) else b"")
    section = read_dynamic_section(path)
    assert section is None or isinstance(section.needed, tuple)
