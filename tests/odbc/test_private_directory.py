from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from django_mssql_ops.odbc import private_directory
from django_mssql_ops.odbc.private_directory import (
    UnsafePlace,
    require_private,
    require_safe_ancestors,
    store,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes of POSIX")

FILES, LINKS = {"odbcinst.ini": b"[A]\n"}, {"odbc.ini": "/etc/odbc.ini"}


@pytest.fixture(autouse=True)
def closed(home: Path) -> None:
    """What pytest makes is ours already; only the modes matter here."""
    home.chmod(0o700)


def test_the_same_content_has_the_same_directory_and_another_has_another(home: Path) -> None:
    environ = {"HOME": str(home)}
    first = store(FILES, LINKS, environ)
    assert store(FILES, LINKS, environ) == first
    assert store({"odbcinst.ini": b"[B]\n"}, LINKS, environ) != first
    assert store(FILES, {"odbc.ini": "/other"}, environ) != first


def test_nothing_half_written_is_left(home: Path) -> None:
    directory = store(FILES, LINKS, {"HOME": str(home)})
    assert list(directory.parent.iterdir()) == [directory]
    assert sorted(path.name for path in directory.iterdir()) == ["odbc.ini", "odbcinst.ini"]


def test_a_relative_cache_directory_does_not_count(home: Path) -> None:
    directory = store(FILES, LINKS, {"HOME": str(home), "XDG_CACHE_HOME": "cache"})
    assert directory.parent == home / ".cache" / "django-mssql-ops"


def test_a_linked_cache_is_used_by_its_real_name(home: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (home / ".cache").symlink_to(tmp_path / "disk")
    directory = store(FILES, LINKS, {"HOME": str(home)})
    assert directory.parent == tmp_path.resolve() / "disk" / "django-mssql-ops"


def test_a_directory_of_another_user_is_unsafe(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    with pytest.raises(UnsafePlace, match="belongs to user"):
        require_private(home)


@pytest.mark.parametrize("mode", [0o701, 0o720, 0o750, 0o777])
def test_a_directory_open_to_others_is_unsafe(home: Path, mode: int) -> None:
    home.chmod(mode)
    with pytest.raises(UnsafePlace, match="open to other users"):
        require_private(home)


def test_a_file_and_a_link_are_no_private_directory(home: Path) -> None:
    (home / "file").touch()
    (home / "link").symlink_to(home)
    for name in ("file", "link"):
        with pytest.raises(UnsafePlace, match="not a directory"):
            require_private(home / name)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_an_ancestor_that_others_can_write_is_unsafe(home: Path, mode: int) -> None:
    (home / "own").mkdir(mode=0o700)
    home.chmod(mode)
    with pytest.raises(UnsafePlace, match="writable by others"):
        require_safe_ancestors(home / "own")


def test_a_sticky_ancestor_is_safe_as_slash_tmp_is(home: Path) -> None:
    (home / "own").mkdir(mode=0o700)
    home.chmod(0o1777)
    require_safe_ancestors(home / "own")


def test_an_ancestor_of_another_user_is_unsafe(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "own").mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    owner = home.stat().st_uid
    if owner == 0:  # root may own anything; give the directory to somebody else
        os.chown(home, 12345, -1)
    with pytest.raises(UnsafePlace, match="belongs to user"):
        require_safe_ancestors(home / "own")


def test_the_temporary_directory_is_only_removed_by_the_process_that_made_it(
    tmp_path: Path,
) -> None:
    private_directory._remove_if_mine(tmp_path, os.getpid() + 1)
    assert tmp_path.exists()
    private_directory._remove_if_mine(tmp_path, os.getpid())
    assert not tmp_path.exists()
