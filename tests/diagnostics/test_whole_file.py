from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from django_mssql_ops.diagnostics.whole_file import replace_file


def test_a_file_is_made_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "report"
    for content in (b"first and long", b"second"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "report", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(path, b"told")
        assert os.read(reader, 10) == b"told"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report"
    path.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/report", "a\0b"])
def test_a_place_that_does_not_exist_raises(tmp_path: Path, name: str) -> None:
    with pytest.raises((OSError, ValueError)):
        replace_file(tmp_path / name, b"new")
    assert list(tmp_path.iterdir()) == []


def test_what_proc_leads_to_is_added_to(tmp_path: Path) -> None:
    """``{ a; mssql_check --output /dev/stdout; } > log`` keeps what a has written."""
    path = tmp_path / "log"
    path.write_bytes(b"before ")
    with path.open("ab") as log:
        replace_file(Path(f"/proc/self/fd/{log.fileno()}"), b"told")
    assert path.read_bytes() == b"before told"
