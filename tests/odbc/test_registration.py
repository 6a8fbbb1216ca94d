"""use_bundled_driver() with the real wheel, the real driver manager and fresh processes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_mssql_ops.exceptions import DriverSetupTooLate, DriverUnavailable
from django_mssql_ops.odbc import registration
from django_mssql_ops.odbc.bundled import BUNDLED_DRIVER_NAME, bundled_driver, this_platform
from django_mssql_ops.odbc.installed import DriverInventory, RegisteredDriver
from django_mssql_ops.odbc.loader import LoadReport
from django_mssql_ops.odbc.packages import MissingLibrary
from django_mssql_ops.odbc.registration import Registration
from tests.odbc.programs import answer, environment, run
from tests.odbc.test_elf import shared_object

pytestmark = pytest.mark.process

linux = pytest.mark.skipif(sys.platform != "linux", reason="unixODBC on Linux")

#: Registers, then says what was returned and what pyodbc sees.
REGISTER = """
import dataclasses, json, os
from django_mssql_ops import odbc
registration = odbc.use_bundled_driver()
import pyodbc
print(json.dumps({
    "registration": dataclasses.asdict(registration),
    "drivers": pyodbc.drivers(),
    "data_sources": pyodbc.dataSources(),
    "ODBCSYSINI": os.environ.get("ODBCSYSINI"),
    "ODBCINSTINI": os.environ.get("ODBCINSTINI"),
}))
"""


def register(env: dict[str, str]) -> Any:
    return answer(REGISTER, env)


class Here:
    """Registers in this process, whose driver manager other tests may have started already."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(registration, "_is_seen", lambda driver: True)
        monkeypatch.setattr(registration, "examine_library", lambda *_, **__: LoadReport())

    def register(self, home: Path, **variables: str) -> tuple[Registration, Path]:
        """What was returned and the directory that ODBCSYSINI names afterwards."""
        self.monkeypatch.setattr(os, "environ", environment(home, **variables))
        done = registration.use_bundled_driver()
        return done, Path(os.environ["ODBCSYSINI"])


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(monkeypatch)


def refusal(env: dict[str, str], code: str = REGISTER) -> str:
    """The last line of the traceback."""
    finished = run(code, env)
    assert finished.returncode == 1
    return finished.stderr.strip().splitlines()[-1]


def bundled_library() -> str:
    driver = bundled_driver()
    assert driver is not None
    return driver.library


def configurations(home: Path) -> list[Path]:
    return sorted((home / ".cache" / "django-mssql-ops").iterdir())


@linux
def test_pyodbc_then_lists_the_driver_and_the_library_is_the_wheels(home: Path) -> None:
    done = register(environment(home, ODBCSYSINI=str(home)))
    assert BUNDLED_DRIVER_NAME in done["drivers"]
    assert done["registration"]["library"] == bundled_library()
    assert not done["registration"]["already_registered"]
    assert done["ODBCSYSINI"] == done["registration"]["directory"]


@linux
def test_pyodbc_then_really_loads_the_driver(home: Path) -> None:
    code = """
from django_mssql_ops import odbc
odbc.use_bundled_driver()
import pyodbc
try:
    pyodbc.connect("DRIVER={ODBC Driver 18 for SQL Server};SERVER=127.0.0.1;Encrypt=bogus")
except pyodbc.Error as error:
    import json
    print(json.dumps(error.args[1]))
"""
    text = answer(code, environment(home))
    assert "[Microsoft][ODBC Driver 18 for SQL Server]" in text
    assert "'Encrypt'" in text


@linux
@pytest.mark.mssql_python
def test_mssql_python_still_loads_its_own_driver_afterwards(home: Path) -> None:
    code = """
import json
from django_mssql_ops import odbc
odbc.use_bundled_driver()
import mssql_python
try:
    mssql_python.connect("Server=127.0.0.1;Database=x;UID=u;PWD=made-up;Encrypt=bogus")
except mssql_python.Error as error:
    print(json.dumps(str(error)))
"""
    assert "'Encrypt'" in answer(code, environment(home))


@linux
def test_no_driver_and_no_data_source_of_the_system_or_the_user_is_hidden(
    home: Path, system: Callable[..., Path]
) -> None:
    directory = system(
        "[ODBC]\nPooling=Yes\n\n[FreeTDS]\nDriver=/f.so\n", "[Sales]\nDriver=FreeTDS\n"
    )
    (home / ".odbcinst.ini").write_text("[Own]\nDriver=/o.so\n")
    (home / "my.ini").write_text("[Mine]\nDriver=Own\n")
    done = register(environment(home, ODBCSYSINI=str(directory), ODBCINI=str(home / "my.ini")))
    assert done["drivers"] == ["FreeTDS", BUNDLED_DRIVER_NAME, "Own"]
    assert done["data_sources"] == {"Sales": "FreeTDS", "Mine": "Own"}
    written = (Path(done["ODBCSYSINI"]) / "odbcinst.ini").read_text()
    assert "[ODBC]\nPooling=Yes\n" in written


@linux
def test_data_sources_are_linked_so_that_no_password_is_copied(
    home: Path, system: Callable[..., Path], here: Here
) -> None:
    source = system("", "[Sales]\nPWD=made-up\n")
    _, directory = here.register(home, ODBCSYSINI=str(source))
    link = directory / "odbc.ini"
    assert link.is_symlink()
    assert link.resolve() == source / "odbc.ini"


@linux
def test_only_this_user_can_read_or_change_what_was_written(home: Path, here: Here) -> None:
    done, directory = here.register(home)
    assert done.directory == str(directory)
    for path in (directory.parent, directory):
        assert stat.S_IMODE(path.lstat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "odbcinst.ini").lstat().st_mode) == 0o600


@linux
def test_a_driver_that_is_there_already_is_left_alone(
    home: Path, system: Callable[..., Path], tmp_path: Path, here: Here
) -> None:
    own = tmp_path / "libown.so"
    own.touch()
    source = system(f"[odbc driver 18 FOR sql server]\nDriver={own}\n")
    done, directory = here.register(home, ODBCSYSINI=str(source))
    assert done == Registration(
        driver="odbc driver 18 FOR sql server",
        library=str(own),
        directory=str(source),
        already_registered=True,
    )
    assert directory == source
    assert not (home / ".cache").exists()


@linux
def test_a_registration_whose_library_is_gone_is_replaced_and_keeps_its_settings(
    home: Path, system: Callable[..., Path], here: Here
) -> None:
    source = system(f"[{BUNDLED_DRIVER_NAME}]\nDriver64=/gone.so\nCPTimeout=60\n")
    done, directory = here.register(home, ODBCSYSINI=str(source))
    assert not done.already_registered
    written = (directory / "odbcinst.ini").read_text()
    assert "CPTimeout=60" in written
    assert "/gone.so" not in written


@linux
def test_an_odbcinstini_of_another_name_is_merged_and_then_not_needed(
    home: Path, here: Here
) -> None:
    (home / "drivers.ini").write_text("[FreeTDS]\nDriver=/f.so\n")
    _, directory = here.register(home, ODBCSYSINI=str(home), ODBCINSTINI="drivers.ini")
    assert "[FreeTDS]" in (directory / "odbcinst.ini").read_text()
    assert "ODBCINSTINI" not in os.environ


@linux
def test_file_dsns_of_the_system_are_still_found(
    home: Path, system: Callable[..., Path], here: Here
) -> None:
    source = system()
    (source / "ODBCDataSources").mkdir()
    _, directory = here.register(home, ODBCSYSINI=str(source))
    assert f"FileDSNPath={source}/ODBCDataSources" in (directory / "odbcinst.ini").read_text()


@linux
def test_a_second_call_and_a_child_process_find_it_done(home: Path) -> None:
    code = f"""
import json, os, subprocess, sys
from django_mssql_ops import odbc
first = odbc.use_bundled_driver()
second = odbc.use_bundled_driver()
child = subprocess.run([sys.executable, "-c", {REGISTER!r}], capture_output=True, text=True)
print(json.dumps([first.directory, second.directory, second.already_registered,
                  json.loads(child.stdout)["registration"]]))
"""
    first, second, already, child = answer(code, environment(home))
    assert first == second == child["directory"]
    assert already
    assert child["already_registered"]
    assert len(configurations(home)) == 1


@linux
def test_after_the_first_look_at_the_drivers_it_is_too_late_and_nothing_is_changed(
    home: Path,
) -> None:
    code = """
import json, os
import pyodbc
pyodbc.drivers()
from django_mssql_ops import odbc
from django_mssql_ops.exceptions import DriverSetupTooLate
before = dict(os.environ)
try:
    odbc.use_bundled_driver()
except DriverSetupTooLate as error:
    print(json.dumps([str(error), dict(os.environ) == before, pyodbc.drivers()]))
"""
    text, unchanged, drivers = answer(code, environment(home, ODBCSYSINI=str(home)))
    assert "already read its configuration" in text
    assert "settings module" in text
    assert unchanged
    assert drivers == []


@linux
def test_it_is_too_late_even_when_the_name_was_seen_with_a_library_that_is_gone(
    home: Path, system: Callable[..., Path]
) -> None:
    directory = system(f"[{BUNDLED_DRIVER_NAME}]\nDriver=/gone.so\n")
    last = refusal(
        environment(home, ODBCSYSINI=str(directory)),
        f"import pyodbc; pyodbc.drivers()\n{REGISTER}",
    )
    assert DriverSetupTooLate.__name__ in last


@linux
def test_importing_pyodbc_first_is_not_too_late(home: Path) -> None:
    done = answer(f"import pyodbc\n{REGISTER}", environment(home))
    assert BUNDLED_DRIVER_NAME in done["drivers"]


@linux
@pytest.mark.parametrize("place", ["/proc/nowhere", ""])
def test_without_a_usable_home_a_private_directory_serves_this_process(
    place: str, tmp_path: Path
) -> None:
    done = register(environment(Path(), HOME=place, TMPDIR=str(tmp_path)))
    directory = Path(done["ODBCSYSINI"])
    assert BUNDLED_DRIVER_NAME in done["drivers"]
    assert directory.parent == tmp_path
    assert not directory.exists(), "it goes with the process that made it"


@linux
def test_the_runtime_directory_comes_before_a_temporary_one(home: Path, here: Here) -> None:
    _, directory = here.register(Path("/proc/nowhere"), XDG_RUNTIME_DIR=str(home))
    assert directory.parent == home / "django-mssql-ops"


@linux
def test_a_directory_that_others_can_write_is_not_used(
    home: Path, tmp_path: Path, here: Here
) -> None:
    planted = home / ".cache" / "django-mssql-ops"
    planted.mkdir(parents=True)
    planted.chmod(0o777)
    _, directory = here.register(home, XDG_RUNTIME_DIR=str(tmp_path))
    assert directory.parent == tmp_path / "django-mssql-ops"
    assert list(planted.iterdir()) == []


@linux
def test_a_link_in_the_place_of_the_directory_is_not_followed(
    home: Path, tmp_path: Path, here: Here
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (home / ".cache").mkdir()
    (home / ".cache" / "django-mssql-ops").symlink_to(elsewhere)
    _, directory = here.register(home, XDG_RUNTIME_DIR=str(tmp_path))
    assert directory.parent == tmp_path / "django-mssql-ops"
    assert list(elsewhere.iterdir()) == []


@linux
def test_a_cache_below_a_directory_that_others_can_write_is_not_used(
    home: Path, tmp_path: Path, here: Here
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    places = {"XDG_CACHE_HOME": str(shared / "cache"), "XDG_RUNTIME_DIR": str(tmp_path)}
    _, directory = here.register(home, **places)
    assert directory.parent == tmp_path / "django-mssql-ops"


@linux
def test_nowhere_private_at_all_is_refused_with_what_to_set(
    home: Path, tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    with pytest.raises(DriverUnavailable, match=r"writable by others.*XDG_CACHE_HOME"):
        here.register(Path("/proc/nowhere"))


@linux
def test_a_planted_driver_line_is_overwritten(home: Path, here: Here) -> None:
    _, directory = here.register(home)
    (directory / "odbcinst.ini").write_text(f"[{BUNDLED_DRIVER_NAME}]\nDriver=/planted.so\n")
    (directory / "odbc.ini").unlink()
    _, again = here.register(home)
    assert again == directory
    assert "/planted.so" not in (directory / "odbcinst.ini").read_text()
    assert (directory / "odbc.ini").is_symlink()
    assert len(configurations(home)) == 1


@linux
def test_eight_processes_at_once_agree(home: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", REGISTER],
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    outputs = [process.communicate(timeout=50) for process in started]
    assert [process.returncode for process in started] == [0] * 8, outputs
    done = [json.loads(out) for out, _ in outputs]
    assert {d["registration"]["library"] for d in done} == {bundled_library()}
    assert len({d["ODBCSYSINI"] for d in done}) == 1
    assert len(configurations(home)) == 1


@linux
def test_eight_threads_at_once_agree(home: Path) -> None:
    code = """
import json
from concurrent.futures import ThreadPoolExecutor
from django_mssql_ops import odbc
with ThreadPoolExecutor(8) as pool:
    done = list(pool.map(lambda _: odbc.use_bundled_driver(), range(8)))
print(json.dumps([[d.directory, d.already_registered] for d in done]))
"""
    done = answer(code, environment(home))
    assert len({directory for directory, _ in done}) == 1
    assert [already for _, already in done].count(False) == 1


def fake_wheel(root: Path, content: bytes) -> Path:
    """A directory for PYTHONPATH with a wheel whose driver is ``content``."""
    place = this_platform()
    assert place is not None
    package = root / "site" / "mssql_python_odbc"
    (package / "libs" / place.directory).mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "libs" / place.directory / "libmsodbcsql-18.9.so.1.1").write_bytes(content)
    return root / "site"


@linux
def test_a_missing_library_is_named_with_its_package_and_the_command(
    home: Path, tmp_path: Path
) -> None:
    env = environment(home)
    site = fake_wheel(tmp_path, shared_object(["libltdl.so.99"]))
    env["PYTHONPATH"] = os.pathsep.join([str(site), env["PYTHONPATH"]])
    last = refusal(env)
    assert DriverUnavailable.__name__ in last
    assert "libltdl.so.99 (package " in last
    assert " install " in last or "apk add" in last
    assert not (home / ".cache").exists()


@linux
def test_without_the_wheel_the_pip_line_is_named(home: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-S", "-c", REGISTER],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    last = finished.stderr.strip().splitlines()[-1]
    assert DriverUnavailable.__name__ in last
    assert 'pip install "django-mssql-ops[driver]"' in last


def test_a_driver_that_does_not_load_is_refused_in_the_loaders_words() -> None:
    with pytest.raises(DriverUnavailable, match=r"cannot be loaded: invalid ELF header"):
        registration.require_loadable("/d.so", [LoadReport(problem="invalid ELF header")])


def test_missing_libraries_of_all_reports_make_one_command() -> None:
    reports = [
        LoadReport(missing=(MissingLibrary("libltdl.so.7", "libltdl7"),)),
        LoadReport(
            missing=(
                MissingLibrary("libltdl.so.7", "libltdl7"),
                MissingLibrary("libodbc.so.2", "unixodbc"),
            )
        ),
    ]
    with pytest.raises(DriverUnavailable, match=r"libltdl7 unixodbc$"):
        registration.require_loadable("/d.so", reports)


def test_a_loader_that_could_not_be_asked_is_no_reason_to_refuse() -> None:
    registration.require_loadable("/d.so", [LoadReport(not_asked="timed out")])


@pytest.mark.parametrize("library", [" /a.so", "/a.so ", "/a\nb.so", "/" + "a" * 990])
def test_a_path_that_unixodbc_could_not_read_back_is_refused(library: str) -> None:
    with pytest.raises(DriverUnavailable, match="path"):
        registration._require_writable_as_value(library)


def windows(monkeypatch: pytest.MonkeyPatch, *drivers: RegisteredDriver) -> None:
    found = DriverInventory(drivers, (), "", None)
    monkeypatch.setattr(registration, "sys", SimpleNamespace(platform="win32", modules={}))
    monkeypatch.setattr(registration, "inventory", lambda: found)


def test_windows_is_a_no_op_when_the_driver_is_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows(monkeypatch, RegisteredDriver(BUNDLED_DRIVER_NAME, "msodbcsql18.dll", "HKLM"))
    done = registration.use_bundled_driver()
    assert (done.already_registered, done.directory) == (True, "")


def test_windows_says_what_to_do_when_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    windows(monkeypatch)
    with pytest.raises(DriverUnavailable, match=r"msodbcsql\.msi"):
        registration.use_bundled_driver()
