"""Numbers that only EF Core calls transient.

Replication, FileTable, Service Broker, elastic jobs, external scripts, linked servers, management
of geo-replicas. Read in dotnet/efcore at commit ecd0ba4; their meanings were not verified here, and
a Django project hardly meets one. With the rows marked "E" they are EF Core's whole list. It leaves
out -2, SqlClient's time-out, on purpose: what timed out may have been done.
"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages

SOURCE: Final = pages.EF_CORE

# fmt: off
ONLY_EF_CORE: Final = frozenset({
    203, 539, 617, 669, 1215, 1216, 1404, 1413, 1421, 1438, 1532, 1533, 1534, 1535, 1807, 2021,
    2816, 3429, 3635, 3935, 3953, 4117, 4184, 5280, 5529, 6292, 7951, 9020, 9515, 9985, 10922,
    11539, 14355, 14817, 14868, 14906, 16528, 16554, 16555, 17065, 17066, 17067, 17889, 18858,
    19413, 19416, 19494, 20041, 21503, 22225, 22226, 22335, 22353, 22355, 22358, 22427, 22430,
    22491, 22493, 22498, 22754, 22758, 22759, 22760, 22984, 25003, 25738, 25740, 30080, 30085,
    33123, 35216, 35218, 35256, 35293, 37202, 37327, 39025, 39108, 39110, 39151, 39152, 40106,
    40623, 40642, 40648, 40671, 40675, 40890, 40903, 40918, 40938, 41383, 41614, 41619, 41640,
    41700, 41701, 42029, 45153, 45156, 45157, 45161, 45179, 45182, 45319, 45547, 47132, 47137,
    47139, 49510, 49802, 49977, 49983,
})
# fmt: on
