"""sys.triggers and sys.trigger_events: both empty, for the stand-in makes no triggers.

Columns: the pages of these views on Microsoft Learn, for SQL Server 2022.
"""

from __future__ import annotations

from typing import Final

from tests.standin.catalog.view_definition import ViewDefinition, system_view

_NOTHING: Final = "(SELECT 1) WHERE 0"

VIEWS: Final[tuple[ViewDefinition, ...]] = (
    system_view(
        "sys",
        "triggers",
        """
        name                    sysname!       NULL
        object_id               int!           NULL
        parent_class            tinyint!       NULL
        parent_class_desc       nvarchar(60)   NULL
        parent_id               int!           NULL
        type                    char(2)!       NULL
        type_desc               nvarchar(60)   NULL
        create_date             datetime!      NULL
        modify_date             datetime!      NULL
        is_ms_shipped           bit!           NULL
        is_disabled             bit!           NULL
        is_not_for_replication  bit!           NULL
        is_instead_of_trigger   bit!           NULL
        """,
        _NOTHING,
    ),
    system_view(
        "sys",
        "trigger_events",
        """
        object_id              int!          NULL
        type                   int!          NULL
        type_desc              nvarchar(60)  NULL
        is_trigger_event       bit           NULL
        is_first               bit           NULL
        is_last                bit           NULL
        event_group_type       int           NULL
        event_group_type_desc  nvarchar(60)  NULL
        """,
        _NOTHING,
    ),
)
