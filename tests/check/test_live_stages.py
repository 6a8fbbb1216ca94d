"""Permissions, schema, pool and token: the complete report, through either driver."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from django_mssql_ops.findings import Finding, Report, Status
from django_mssql_ops.odbc import bundled_driver
from tests import project
from tests.check.conftest import Check, stage
from tests.standin import Configuration, StandIn
from tests.standin.filling import fill
from tests.standin.logins import DEFAULT_DATABASE
from tests.standin.profiles import SQLSERVER2022
from tests.standin.rights import Denial

pytestmark = pytest.mark.socket

#: A database as `migrate` left it, then mishandled; only the columns that rules look at.
SHOP = """
CREATE TABLE django_migrations (id bigint IDENTITY PRIMARY KEY, app nvarchar(255) NOT NULL,
    name nvarchar(255) NOT NULL, applied datetimeoffset NOT NULL)
CREATE TABLE shop_tag (id bigint IDENTITY PRIMARY KEY)
CREATE TABLE shop_customer (id bigint IDENTITY PRIMARY KEY, joined datetime2 NOT NULL,
    referred_by_id bigint CONSTRAINT fk_referred REFERENCES shop_customer (id))
CREATE TABLE shop_order (id bigint IDENTITY PRIMARY KEY, placed datetimeoffset NOT NULL,
    CONSTRAINT ck_id CHECK (id > 0))
GO
ALTER TABLE shop_customer NOCHECK CONSTRAINT fk_referred
ALTER TABLE shop_customer CHECK CONSTRAINT fk_referred
ALTER TABLE shop_order NOCHECK CONSTRAINT ck_id
GO
INSERT INTO django_migrations (app, name, applied)
VALUES (N'shop', N'0001_initial', SYSDATETIMEOFFSET()),
    (N'shop', N'0002_customers_and_orders', SYSDATETIMEOFFSET()),
    (N'shop', N'0003_product_details', SYSDATETIMEOFFSET()),
    (N'shop', N'0004_identities', SYSDATETIMEOFFSET()),
    (N'shop', N'0005_stock_movements', SYSDATETIMEOFFSET())
GO
"""
#: May do little, and not see whether the session is encrypted.
RESTRICTED = replace(
    SQLSERVER2022,
    is_db_owner=False,
    is_ddl_admin=True,
    view_server_state=False,
    denials=(Denial("INSERT", "dbo.shop_order"), Denial("DELETE", "dbo.shop_order")),
)


@pytest.fixture
def shop() -> Iterator[StandIn]:
    with StandIn(Configuration(profile=RESTRICTED)) as server:
        fill(server, SHOP, DEFAULT_DATABASE)
        yield server


def run(server: StandIn, driver: str, *options: str, **more: str) -> dict[str, Any]:
    finished = project.run(
        *("mssql_check", "--format", "json", *options), server=server, driver=driver, **more
    )
    document: dict[str, Any] = json.loads(finished.stdout)
    return document


def findings(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Id and subject matter -> finding."""
    return {
        f"{finding['id'].removeprefix('mssql_ops.')} {finding['about']}".rstrip(): finding
        for subject in document["subjects"]
        for each in subject["stages"]
        for finding in each["findings"]
    }


def stages(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (subject,) = (s for s in document["subjects"] if s["name"] == "default")
    return {each["name"]: each for each in subject["stages"]}


def test_a_mishandled_database_is_told_apart_from_a_sound_one(
    shop: StandIn, python_driver: str
) -> None:
    document = run(shop, python_driver)
    found = findings(document)
    assert found["E438 [shop_order]"]["message"] == (
        "the application's user may not INSERT, DELETE on [shop_order]"
    )
    assert found["W340 [shop_customer]"]["message"].endswith("joined (datetime2)")
    assert "[fk_referred]" in found["W342 [shop_customer] untrusted"]["message"]
    assert "[ck_id]" in found["W342 [shop_order] disabled"]["message"]
    pending = stages(document)["schema"]["values"]["pending"]
    assert "contenttypes.0001_initial" in pending
    assert "shop.0001_initial" not in pending
    assert found["W462"]["message"].startswith(f"{len(pending)} migrations have not been applied")
    assert found["W437"]["hint"]
    assert found["U412"]["hint"] == "In master: GRANT VIEW SERVER SECURITY STATE TO [app]."
    assert found["I409"]["message"].startswith("logged in as app")
    assert not any(name.startswith(("U411", "E411", "E438 [django")) for name in found)
    # The app "shop" has no pending migrations, so its other tables should be there.
    assert "E438 [shop_product]" in found
    assert len(shop.counters.logins) == 1


def test_a_missing_permission_on_the_history_is_unknown_with_its_grant(
    python_driver: str,
) -> None:
    profile = replace(SQLSERVER2022, denials=(Denial("SELECT", "dbo.django_migrations"),))
    with StandIn(Configuration(profile=profile)) as server:
        fill(server, SHOP, DEFAULT_DATABASE)
        document = run(server, python_driver)
    found = findings(document)["U462"]
    assert "error 229" in found["message"]
    assert found["hint"] == "GRANT SELECT ON [django_migrations] TO <user>."


def test_the_stages_after_the_login_are_eleven_round_trips(
    shop: StandIn, python_driver: str
) -> None:
    run(shop, python_driver)
    asked = [r.text for r in shop.counters.round_trips if r.text != "SELECT 1"]
    assert len([text for text in asked if text.startswith("SELECT ")]) <= 11


@pytest.mark.mssql_python
@pytest.mark.parametrize("pool", [True, False])
def test_mssql_pythons_pool_is_seen(standin: StandIn, pool: bool) -> None:
    more = {} if pool else {"DJANGO_SETTINGS_MODULE": "tests.check.settings_without_pool"}
    document = run(standin, "mssql_python", **more)
    values = stages(document)["pooling"]["values"]
    assert (values["configured"], values["kept"]) == (pool, pool)


def private_odbcinst(directory: Path, *lines: str) -> dict[str, str]:
    """An environment whose driver manager reads these lines in [ODBC]."""
    driver = bundled_driver()
    assert driver is not None
    section = (f"[{driver.name}]", f"Driver={driver.library}", "CPTimeout=60")
    (directory / "odbcinst.ini").write_text("\n".join(["[ODBC]", *lines, *section, ""]))
    return {"ODBCSYSINI": str(directory)}


@pytest.mark.parametrize(
    ("lines", "module", "kept", "ignored"),
    [
        ((), "sampleproject.settings", False, ""),
        (("Pooling=Yes",), "sampleproject.settings", True, ""),
        (
            ("Pooling=Yes",),
            "tests.check.settings_without_pool",
            True,
            "DATABASE_CONNECTION_POOLING = False",
        ),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="unixODBC")
def test_unixodbcs_pool_is_seen(
    standin: StandIn, tmp_path: Path, lines: tuple[str, ...], module: str, kept: bool, ignored: str
) -> None:
    more = {**private_odbcinst(tmp_path, *lines), "DJANGO_SETTINGS_MODULE": module}
    document = run(standin, "pyodbc", **more)
    values = stages(document)["pooling"]["values"]
    assert (values["configured"], values["kept"], values["ignored"]) == (kept, kept, ignored)
    assert len(standin.counters.logins) == 1


def token(seconds: float) -> str:
    """An unsigned token that ends in so many seconds."""
    claims = json.dumps({"exp": time.time() + seconds, "iat": time.time()}).encode()
    return ".".join(("eyJhbGciOiJub25lIn0", base64.urlsafe_b64encode(claims).decode(), "x"))


@pytest.mark.parametrize(("seconds", "ids"), [(-60, ["E463"]), (300, ["W463"]), (3_000, [])])
def test_a_tokens_life_is_judged_without_a_login(
    check: Check, entry: dict[str, Any], seconds: float, ids: list[str]
) -> None:
    secret = token(seconds)
    report = check({"default": {**entry, "TOKEN": secret, "USER": "", "PASSWORD": ""}})
    assert [short(f) for f in report.findings if f.rule == 463] == ids
    assert stage(report, "token").status is Status.OK
    assert secret not in repr(report)


def short(finding: Finding) -> str:
    return finding.id.removeprefix("mssql_ops.")


def test_without_a_token_the_stage_is_skipped(check: Check, entry: dict[str, Any]) -> None:
    report: Report = check({"default": entry})
    assert stage(report, "token").status is Status.SKIPPED
    assert [f for f in report.findings if f.rule == 463] == []


@override_settings(USE_TZ=False)
def test_the_schema_is_judged_by_this_projects_settings(
    check: Check, entry: dict[str, Any]
) -> None:
    assert stage(check({"default": entry}), "schema").values["use_tz"] is False
