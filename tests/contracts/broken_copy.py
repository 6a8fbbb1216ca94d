"""A copy of the package with deliberate breaks in it, and what lint-imports says about the copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django_mssql_ops

PACKAGE = Path(django_mssql_ops.__file__).parent
PYPROJECT = PACKAGE.parent / "pyproject.toml"
ROOT = "django_mssql_ops"
#: The module that a break adds to a package; a single module gets its break appended.
BREAK = "deliberate_break"
LINT_SECONDS = 50
#: lint-imports from this Python, and the current directory first on its path: the copy is judged.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of pyproject.toml by id."""
    with PYPROJECT.open("rb") as file:
        configured = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in configured}


def layers() -> list[list[str]]:
    """The top-level modules of the layers contract that exist, the highest line first."""
    lines = [re.findall(r"\w+", line) for line in contracts()["layers"]["layers"]]
    present = top_level_modules()
    return [[name for name in line if name in present] for line in lines]


def top_level_modules() -> set[str]:
    """Every module and package directly inside the package."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


@dataclass(frozen=True, slots=True)
class Import:
    """One deliberate break: ``importer`` (dotted, a package or a module) imports ``imported``."""

    contract: str
    importer: str
    imported: str

    @property
    def added_to(self) -> str:
        """The module that holds the import statement in the copy."""
        is_package = (PACKAGE.parent / self.importer.replace(".", "/")).is_dir()
        return f"{self.importer}.{BREAK}" if is_package else self.importer


class Copy:
    """The package and its configuration in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PACKAGE, directory / ROOT, ignore=ignored)
        shutil.copy(PYPROJECT, directory)

    def has(self, module: str) -> bool:
        path = self.directory / module.replace(".", "/")
        return path.is_dir() or path.with_suffix(".py").exists()

    def write(self, module: str, statement: str) -> None:
        """Add ``statement`` to the end of ``module``; it and its packages are made when absent."""
        path = (self.directory / module.replace(".", "/")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{statement}\n")

    def break_with(self, *imports: Import) -> None:
        for each in imports:
            if each.imported.startswith(f"{ROOT}.") and not self.has(each.imported):
                self.write(each.imported, "")
            self.write(each.added_to, f"import {each.imported}")

    def lint(self) -> Verdict:
        """What lint-imports says. COLUMNS keeps it from wrapping its lines."""
        finished = subprocess.run(
            [sys.executable, "-c", LINT_IMPORTS, "--no-logo", "--no-cache"],
            cwd=self.directory,
            env={**os.environ, "COLUMNS": "400"},
            capture_output=True,
            text=True,
            timeout=LINT_SECONDS,
            check=False,
        )
        return Verdict(finished.returncode, finished.stdout + finished.stderr)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code and the output of lint-imports."""

    exit_code: int
    output: str

    def complaints(self, contract: str) -> str:
        """What it says about one broken contract, and nothing when that one is kept."""
        _, _, broken = self.output.partition("\nBroken contracts\n")
        name = contracts()[contract]["name"]
        names = "|".join(re.escape(each["name"]) for each in contracts().values())
        sections = re.split(rf"^({names})\n-+\n", broken, flags=re.MULTILINE)
        pairs = zip(sections[1::2], sections[2::2], strict=True)
        return "".join(text for title, text in pairs if title == name)

    def imports(self, contract: str) -> set[tuple[str, str]]:
        """All single imports, as importer and imported, of which the contract complains."""
        found = re.findall(r"^[\s-]*(\S+) -> (\S+) \(l", self.complaints(contract), re.MULTILINE)
        return set(found)
