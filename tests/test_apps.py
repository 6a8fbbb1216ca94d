from __future__ import annotations

import subprocess
import sys

import pytest
from django.apps import apps

pytestmark = pytest.mark.process

PROGRAM = """
import sys
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django_mssql_ops"],
    DATABASES={"default": {"ENGINE": "mssql", "NAME": "shop", "OPTIONS": {"Encrypt": "yes"}}},
)
import django
django.setup()
print(*sorted(sys.modules))
"""

#: Slow to import, or broken on a machine where a library is missing.
DRIVERS = {"pyodbc", "mssql_python", "mssql_python_odbc", "ddbc_bindings", "cryptography", "mssql"}


def _modules(program: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_the_app_has_a_name() -> None:
    assert apps.get_app_config("django_mssql_ops").verbose_name == "SQL Server operations"


def test_setup_imports_no_driver_and_no_rule() -> None:
    modules = _modules(PROGRAM)
    assert "django_mssql_ops.checks" in modules
    assert not {name.partition(".")[0] for name in modules} & DRIVERS
    ours = {name for name in modules if name.startswith("django_mssql_ops.")}
    assert ours == {
        "django_mssql_ops.apps",
        "django_mssql_ops.checks",
        "django_mssql_ops.lazy_names",
        "django_mssql_ops.pooling",
        "django_mssql_ops.pooling.facts",
        "django_mssql_ops.pooling.live",
        "django_mssql_ops.pooling.serving",
    }


def test_the_settings_checks_import_no_driver() -> None:
    program = PROGRAM.replace(
        "print(", "from django_mssql_ops import checks\nassert checks.check_settings()\nprint("
    )
    modules = _modules(program)
    assert "django_mssql_ops.diagnostics.rules.settings_options" in modules
    assert not {name.partition(".")[0] for name in modules} & DRIVERS
