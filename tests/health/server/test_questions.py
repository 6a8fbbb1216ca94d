"""The statements: what is asked of whom, and that the answer fits into one packet."""

from __future__ import annotations

import re
from itertools import product

import pytest

from django_mssql_ops.health.server.questions import RIGHTS, Rights, Section, sections, statement

EVERYTHING = [
    Rights(engine_edition=edition, sees_sessions=True, sees_connections=True) for edition in (3, 5)
]
FREE = {Section.SESSION, Section.DATABASE}

#: Texts of the server: their longest, in characters.
_TEXTS = {"auth_scheme": 40, "updateability": 60, "state": 60, "encrypt_option": 40}


def columns(sql: str) -> list[str]:
    """The names of what a section selects; inner selects come behind FROM."""
    return re.findall(r"\bAS (\w+)(?:,\n| ?\nFROM|\nFROM|$)", sql.split("\nFROM")[0] + "\nFROM")


@pytest.mark.parametrize("edition", [0, 3, 5, 8, 12])
def test_what_needs_no_permission_is_always_asked(edition: int) -> None:
    for sessions, connections in product((True, False), repeat=2):
        rights = Rights(
            engine_edition=edition, sees_sessions=sessions, sees_connections=connections
        )
        assert set(sections(rights)) >= FREE


def test_without_a_permission_no_view_is_asked_that_would_lie() -> None:
    rights = Rights(engine_edition=3, sees_sessions=False, sees_connections=False)
    asked = sections(rights)
    assert set(asked) == {*FREE, Section.LIMIT}
    assert not re.search(r"sys\.dm_", statement(asked.values()))


@pytest.mark.parametrize(
    ("edition", "view", "other"),
    [
        (3, "sys.dm_hadr_database_replica_states", "sys.dm_database_replica_states"),
        (8, "sys.dm_hadr_database_replica_states", "sys.dm_user_db_resource_governance"),
        (5, "sys.dm_database_replica_states", "sys.dm_hadr"),
        (5, "sys.dm_user_db_resource_governance", "sys.configurations"),
        (12, "sys.dm_database_replica_states", "sys.configurations"),
        (3, "sys.configurations", "sys.dm_user_db_resource_governance"),
        (8, "@@MAX_CONNECTIONS", "sys.dm_user_db_resource_governance"),
        (5, "sys.dm_user_db_resource_governance", "@@MAX_CONNECTIONS"),
    ],
)
def test_each_product_is_asked_for_its_own_views(edition: int, view: str, other: str) -> None:
    rights = Rights(engine_edition=edition, sees_sessions=True, sees_connections=True)
    whole = statement(sections(rights).values())
    assert view in whole
    assert other not in whole


@pytest.mark.parametrize("rights", EVERYTHING, ids=["product", "azure"])
def test_no_two_columns_have_one_name(rights: Rights) -> None:
    names = [name for query in sections(rights).values() for name in columns(query)]
    assert len(names) == len(set(names))
    assert {"auth_scheme", "state", "rcsi", "sessions", "idle_seconds", "blocked"} <= set(names)


@pytest.mark.parametrize("rights", EVERYTHING, ids=["product", "azure"])
def test_the_answer_fits_into_one_packet(rights: Rights) -> None:
    """MS-TDS 2.2.7.4 and 2.2.7.19: COLMETADATA, ROW and DONE at their longest."""
    names = [name for query in sections(rights).values() for name in columns(query)]
    size = 8 + 3 + 13
    for name in names:
        size += 4 + 2 + 8 + 1 + 2 * len(name)
        size += 2 + 2 * _TEXTS[name] if name in _TEXTS else 1 + 8
    assert size < 4_096 / 2


def test_nothing_is_written_and_nothing_is_a_parameter() -> None:
    everything = RIGHTS + "".join(statement(sections(rights).values()) for rights in EVERYTHING)
    assert not re.search(r"\b(INSERT|UPDATE|DELETE|EXEC|SET|INTO|ALTER)\b", everything)
    assert not re.search(r"[%?]", everything)
