"""``python -m django_mssql_ops check`` in fresh processes, with drivers that cannot be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from django_mssql_ops.__main__ import EXIT_NOT_ASKED, main
from tests.odbc.programs import TIMEOUT_SECONDS, environment

pytestmark = pytest.mark.process

LIBODBC = "libodbc.so.2: cannot open shared object file: No such file or directory"
LIBLTDL = "libltdl.so.7: cannot open shared object file: No such file or directory"
NOT_LOADED = (
    "Failed to load the driver. Please read the documentation to install the required dependencies."
)

SETTINGS = """
SECRET_KEY = "tests hold no secret"
# Loading the models of these makes Django import the backend, and the backend its driver.
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_mssql_ops"]
DATABASES = {"default": {
    "ENGINE": "mssql", "NAME": "app", "HOST": "127.0.0.1", "PORT": "1", "USER": "u",
    "PASSWORD": "hush-hush", "OPTIONS": {"driver": "ODBC Driver 18 for SQL Server"}}}
"""
ON_MSSQL_PYTHON = """
DATABASES["default"]["OPTIONS"] = {"python_driver": "mssql_python"}
"""
WITH_BUNDLED_DRIVER = """
from django_mssql_ops import odbc
odbc.use_bundled_driver()
"""


class Project:
    """A directory with a settings module, from which the command line is run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environ = environment(directory, ODBCSYSINI=str(directory))
        self.environ.pop("DJANGO_SETTINGS_MODULE", None)
        self.write(SETTINGS)

    def write(self, settings: str) -> None:
        (self.directory / "project_settings.py").write_text(settings)

    def break_import(self, module: str, error: str) -> None:
        """Put a package in front of the real one whose import raises ``error``."""
        package = self.directory / module
        package.mkdir()
        (package / "__init__.py").write_text(f"raise {error}")

    def check(
        self, *options: str, settings: str = "project_settings"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "django_mssql_ops", "check", "--settings", settings, *options],
            env=self.environ,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    tmp_path.chmod(0o700)
    return Project(tmp_path)


def flowing(text: str) -> str:
    """``text`` without the renderer's line breaks."""
    return " ".join(text.split())


def assert_one_sentence(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == EXIT_NOT_ASKED
    (line,) = finished.stderr.splitlines()
    assert line.startswith("django-mssql-ops: ")


@pytest.mark.parametrize(
    ("text", "library", "package"),
    [(LIBODBC, "libodbc.so.2", "unixodbc"), (LIBLTDL, "libltdl.so.7", "ltdl")],
)
def test_a_pyodbc_that_cannot_be_imported_is_a_finding_not_a_traceback(
    project: Project, text: str, library: str, package: str
) -> None:
    project.break_import("pyodbc", f"ImportError({text!r})")
    finished = project.check()
    assert finished.returncode == 1
    assert "Traceback" not in finished.stdout + finished.stderr
    out = flowing(finished.stdout)
    assert f"pyodbc cannot be imported, the library {library} is missing" in out
    assert "E404" in out
    assert package in out.partition("Run: ")[2].lower()
    assert text in out


@pytest.mark.mssql_python
@pytest.mark.parametrize("error", [f"ImportError({LIBLTDL!r})", f"RuntimeError({NOT_LOADED!r})"])
def test_an_alias_on_mssql_python_that_cannot_be_imported_says_what_to_install(
    project: Project, error: str
) -> None:
    project.write(SETTINGS + ON_MSSQL_PYTHON)
    project.break_import("mssql_python", error)
    finished = project.check()
    assert finished.returncode == 1
    assert "Traceback" not in finished.stdout + finished.stderr
    out = flowing(finished.stdout)
    assert "mssql_python cannot be imported" in out
    assert "ltdl" in out.partition("Run: ")[2]


def test_a_driver_module_that_is_not_installed_is_said_to_be_so(project: Project) -> None:
    project.break_import("pyodbc", "ModuleNotFoundError(\"No module named 'pyodbc'\")")
    finished = project.check()
    assert finished.returncode == 1
    assert "pip install pyodbc" in flowing(finished.stdout)


def test_the_report_of_a_broken_driver_can_be_json(project: Project) -> None:
    project.break_import("pyodbc", f"ImportError({LIBODBC!r})")
    finished = project.check("--format", "json")
    assert finished.returncode == 1
    json.loads(finished.stdout)
    assert "mssql_ops.E404" in finished.stdout
    assert "hush-hush" not in finished.stdout


def test_a_driver_that_works_hands_over_to_the_command(project: Project) -> None:
    project.write(SETTINGS + WITH_BUNDLED_DRIVER)
    finished = project.check("--offline", "--database", "default")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "--offline" in finished.stdout  # only the command says what it skipped
    assert finished.stdout.count("mssql_check:") == 1


def test_the_command_is_found_without_the_app_in_installed_apps(project: Project) -> None:
    project.write(f"{SETTINGS}INSTALLED_APPS = []\n{WITH_BUNDLED_DRIVER}")
    assert project.check("--offline").returncode == 0


def test_settings_that_cannot_be_found_are_one_sentence(project: Project) -> None:
    finished = project.check(settings="nowhere.settings")
    assert_one_sentence(finished)
    assert "'nowhere.settings'" in finished.stderr


@pytest.mark.parametrize(
    "settings", ["syntax error here", "1 / 0", "import nowhere", f"{SETTINGS}DATABASES = []"]
)
def test_settings_that_cannot_be_read_are_one_sentence(project: Project, settings: str) -> None:
    project.write(settings)
    assert_one_sentence(project.check())


def test_a_secret_in_the_words_of_the_settings_module_is_not_repeated(project: Project) -> None:
    project.write("raise ValueError('mssql://sa:Xq9#vT7zKw@db/app is no URL')")
    finished = project.check()
    assert_one_sentence(finished)
    assert "ValueError: mssql://***@db/app" in finished.stderr
    assert "Xq9" not in finished.stderr


@pytest.mark.parametrize("options", [("--database", "nope"), ("--timeout", "soon")])
def test_a_question_that_cannot_be_asked_is_one_sentence(
    project: Project, options: tuple[str, ...]
) -> None:
    finished = project.check(*options)
    assert_one_sentence(finished)
    assert repr(options[1]) in finished.stderr


def test_a_driver_that_the_settings_ask_for_in_vain_is_a_bad_answer(project: Project) -> None:
    project.write(
        "from django_mssql_ops.exceptions import DriverUnavailable\n"
        "raise DriverUnavailable('no wheel: pip install it')"
    )
    finished = project.check()
    assert finished.returncode == 1
    assert finished.stderr == "django-mssql-ops: no wheel: pip install it\n"


def test_an_app_that_cannot_be_loaded_does_not_hide_the_report(project: Project) -> None:
    project.write(SETTINGS + "INSTALLED_APPS = ['nowhere.to.be.found']")
    finished = project.check()
    assert_one_sentence(finished)
    assert "Django cannot start" in finished.stderr
    assert "driver" in finished.stdout


def test_the_project_may_lie_elsewhere(project: Project, tmp_path: Path) -> None:
    project.break_import("pyodbc", f"ImportError({LIBODBC!r})")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "project_settings.py").rename(elsewhere / "project_settings.py")
    assert project.check("--pythonpath", str(elsewhere)).returncode == 1


@pytest.mark.parametrize("words", [[], ["chek"], ["check", "--format", "xml"], ["check", "--nope"]])
def test_bad_usage_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == EXIT_NOT_ASKED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_without_settings_it_says_how_to_name_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    assert main(["check"]) == EXIT_NOT_ASKED
    assert "--settings=" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_is_no_error(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 0
    assert "usage: django-mssql-ops check" in capsys.readouterr().out


def test_the_program_can_be_imported_without_django(run_python: Callable[[str], str]) -> None:
    code = "import sys, django_mssql_ops.__main__; print('django' in sys.modules)"
    assert run_python(code) == "False"


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[[str], str]:
    def run(code: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        return finished.stdout.strip()

    return run
