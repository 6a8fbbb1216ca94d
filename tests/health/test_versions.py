"""The checks and the page with other versions of django-health-check, and without any.

``.ci/setup`` puts the other versions beside the environment, where nothing finds them by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.health.test_page import VERSION_VARIABLE

#: Before time limits and labels; before time limits; the one after that. The newest is installed.
VERSIONS: Final = ("4.0.6", "4.4.3", "4.4.4")
PLACE: Final = Path(sys.prefix) / "health-check"
HERE: Final = Path(__file__).parent
SECONDS: Final = 50

WITHOUT: Final = """
import sys
sys.modules["health_check"] = None      # an import of it fails, as where it is not installed
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.test import Client, override_settings
from django.urls import reverse
from unittest import mock
from django_mssql_ops.health.probing import registry
from django_mssql_ops.health.answer import Answer

answer = Answer(alias="default", at=0.0, latency=0.004)
headers = {"Authorization": "Bearer 0123456789abcdef"}
health = {"DATABASES": ["default"], "TOKENS": ["0123456789abcdef"]}
with (
    override_settings(ROOT_URLCONF="django_mssql_ops.health.urls", MSSQL_OPS={"HEALTH": health}),
    mock.patch.object(registry, "ask", return_value={"default": answer}),
):
    for name in ("live", "ready", "health"):
        response = Client(headers=headers).get(reverse(name))
        print(name, response.status_code, response.content.decode().strip())
    print("stranger", Client().get(reverse("health")).status_code)
try:
    from django_mssql_ops.health import MSSQLConnection
except ImportError as error:
    print(error)
"""

LAZY: Final = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
import django_mssql_ops.health, django_mssql_ops.health.urls
with override_settings(ROOT_URLCONF="django_mssql_ops.health.urls"):
    Client().get(reverse("live"))
    Client().get(reverse("ready"))
    Client().get(reverse("health"))
    call_command("check")
print("early", [name for name in sys.modules if name.partition(".")[0] == "health_check"])
django_mssql_ops.health.MSSQLPool
print("late", "health_check" in sys.modules)
"""


def run(*arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_with_an_older_one_everything_is_the_same(version: str) -> None:
    place = PLACE / version
    assert place.is_dir(), f"{place} is missing: make install puts it there"
    files = [str(HERE / name) for name in ("test_page.py", "test_checks.py")]
    options = (
        *("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"),
        # They read it at import, and Django 6.1 has another setting.
        *("-W", "ignore:The EMAIL_BACKEND setting is deprecated"),
    )
    path = os.pathsep.join(filter(None, [str(place), os.environ.get("PYTHONPATH")]))
    told = run("-m", "pytest", *options, *files, PYTHONPATH=path, **{VERSION_VARIABLE: version})
    assert " passed" in told
    assert "skipped" not in told


@pytest.mark.process
def test_without_it_probes_are_answered_and_the_page_says_how_to_get_it() -> None:
    live, ready, health, stranger, error = run("-W", "error", "-c", WITHOUT).splitlines()
    assert live == 'live 200 {"status": "ok"}'
    assert ready.startswith('ready 200 {"status": "ok", "databases": {"default": ')
    assert health == (
        "health 501 This page needs django-health-check, which is not installed; run: "
        "pip install 'django-mssql-ops[health]'"
    )
    assert stranger == "stranger 403"
    assert error == (
        "these checks need django-health-check 4, which is not there; run: "
        "pip install 'django-mssql-ops[health]'"
    )


@pytest.mark.process
def test_nothing_imports_it_before_it_is_used() -> None:
    early, late = run("-W", "error", "-c", LAZY).splitlines()[-2:]
    assert early == "early []"
    assert late == "late True"
