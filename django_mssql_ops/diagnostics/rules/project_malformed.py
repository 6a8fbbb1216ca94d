"""Settings that cannot be read at all."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import MalformedSetting, Project
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule


@rule(100, "settings-malformed", stage="project", needs=("project.malformed",))
def settings_malformed(facts: Project, malformed: tuple[MalformedSetting, ...]) -> Verdicts:
    """`DATABASES` or `MSSQL_OPS` has a form in which it cannot be read.

    `DATABASES`, each of its entries, and the `OPTIONS` and `TEST` of each must be dicts. Of an
    entry that is none, nothing else is checked. `MSSQL_OPS` is this application's own setting; a
    value in it that is not understood is replaced by the default. It may hold:

    - `ENGINES`: a tuple of further `ENGINE` values that are SQL Server, for backends of your own
      that subclass mssql-django's;
    - `TIMEOUT`: the seconds that one probe may take, 5 unless set, at most 600;
    - `CONNECT_BUDGET`: the seconds that a worker may wait for a connection, 60 unless set, at most
      3600;
    - `SLOW_LOGIN`: the seconds after which one login counts as slow, 1 unless set, at most 60.

    Source: Django, "Settings", DATABASES; this application, conf.py.
    """
    for setting in malformed:
        yield error(
            setting.problem,
            hint="Correct the setting; nothing else about it was checked.",
            about=setting.path,
        )
