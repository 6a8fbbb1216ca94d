"""The wheel holds the package, its types and its licence, and says what it needs."""

from __future__ import annotations

import email
import email.message
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import django_mssql_ops

pytestmark = pytest.mark.process

PROJECT = Path(__file__).parent.parent
BUILD_SECONDS = 50


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        timeout=BUILD_SECONDS,
    )
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


def read_from_dist_info(wheel: Path, name: str) -> str:
    path = f"django_mssql_ops-{django_mssql_ops.__version__}.dist-info/{name}"
    return zipfile.ZipFile(wheel).read(path).decode()


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    return email.message_from_string(read_from_dist_info(wheel, "METADATA"))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        pyproject = tomllib.load(file)
    table: dict[str, Any] = pyproject["project"]
    return table


def test_the_wheel_holds_the_package_alone(names: list[str]) -> None:
    dist_info = f"django_mssql_ops-{django_mssql_ops.__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"django_mssql_ops", dist_info}
    assert not [name for name in names if "standin" in name or "stand_in" in name]


def test_the_wheel_holds_every_module_of_the_package(names: list[str]) -> None:
    modules = {str(path.relative_to(PROJECT)) for path in PROJECT.glob("django_mssql_ops/**/*.py")}
    assert modules <= set(names)


def test_the_wheel_holds_the_schema_of_the_reports(names: list[str]) -> None:
    assert "django_mssql_ops/reports/report.schema.json" in names


def test_the_wheel_is_typed_and_licensed(wheel: Path, names: list[str]) -> None:
    assert "django_mssql_ops/py.typed" in names
    licence = read_from_dist_info(wheel, "licenses/LICENSE")
    assert licence == (PROJECT / "LICENSE").read_text()


def test_every_package_has_an_init(names: list[str]) -> None:
    """Without it a directory still imports from the tree, but commands are not found in a wheel."""
    packages = {name.rpartition("/")[0] for name in names if name.endswith(".py")}
    assert {f"{package}/__init__.py" for package in packages} <= set(names)


def test_the_version_is_that_of_the_package(metadata: email.message.Message) -> None:
    assert metadata["Version"] == django_mssql_ops.__version__


def test_the_wheel_says_what_it_needs(metadata: email.message.Message) -> None:
    needs = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert sorted(needs) == ["django<6.2,>=5.2", "mssql-django<3,>=1.8"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "BSD-3-Clause"


def test_the_extra_all_holds_every_other_extra(project: dict[str, Any]) -> None:
    extras = dict(project["optional-dependencies"])
    (everything,) = extras.pop("all")
    assert everything == f"django-mssql-ops[{','.join(sorted(extras))}]"


def test_the_wheel_installs_the_command(wheel: Path) -> None:
    entry_points = read_from_dist_info(wheel, "entry_points.txt")
    assert "django-mssql-ops = django_mssql_ops.__main__:main" in entry_points


def test_the_command_of_the_wheel_exists(wheel: Path) -> None:
    """Imported from the wheel itself, with no tree beside it."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from django_mssql_ops import __main__ as m; "
        "print(callable(m.main), m.__file__)"
    )
    command = [sys.executable, "-I", "-c", script, str(wheel)]
    said = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=BUILD_SECONDS
    )
    assert said.stdout.split() == ["True", f"{wheel}/django_mssql_ops/__main__.py"]
