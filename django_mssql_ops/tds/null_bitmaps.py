"""The null bitmap of an NBCROW (MS-TDS 2.2.7.15): one bit a column, the lowest first, 1 is NULL."""

from __future__ import annotations

from typing import Final

#: For each byte of a null bitmap, the columns in it that are not NULL.
_PRESENT: Final = tuple(
    tuple(bit for bit in range(8) if not byte >> bit & 1) for byte in range(256)
)


def present_columns(bitmap: bytes, count: int) -> tuple[int, ...]:
    """The numbers of the bits that are 0; the last byte's unused bits mean nothing."""
    present: list[int] = []
    for base, byte in enumerate(bitmap):
        if byte != 0xFF:
            present += [base * 8 + bit for bit in _PRESENT[byte]]
    while present and present[-1] >= count:
        present.pop()
    return tuple(present)
