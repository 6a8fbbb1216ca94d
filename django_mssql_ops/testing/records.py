"""The one diagnostic record that a driver shows for a fault (measured with msodbcsql 18.6.2)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Record(NamedTuple):
    """``text`` comes after the driver's tags; ``function`` replaces the step's own.

    ``also`` is the text of a second record, which only mssql-python's full records show.
    """

    sqlstate: str
    number: int
    text: str
    origin: Literal["server", "client"] = "client"
    function: str = ""
    also: str = ""


def transport(number: int) -> Record:
    """The TCP connection broke: errno for what Linux says, Winsock's number for an orderly end."""
    text = f"TCP Provider: Error code 0x{number:X}"
    return Record("08S01", number, text, also="Communication link failure")


#: Every use of a connection that has been lost before.
LINK_FAILURE: Final = Record("08S01", 0, "Communication link failure")
#: After a query time-out whose cancellation the server did not acknowledge.
NOT_CANCELLED: Final = Record(
    "08S01",
    0,
    "The connection is no longer usable because the server failed to respond to a command "
    "cancellation for a previously executed statement in a timely manner. Possible causes include "
    "application deadlocks or the server being overloaded. Open a new connection and re-try the "
    "operation.",
)
#: After bytes that were no MS-TDS.
BADLY_FORMATTED: Final = Record(
    "08S01",
    0,
    "The connection is no longer usable because the server response for a previously executed "
    "statement was incorrectly formatted.",
)

#: msodbcsql's SQLSTATE for a server's number: measured for 1 to 22,000, 33,000 to 33,200 and 40,000
#: to 50,000 with the driver that this version of the app is tested with. Any other number is
#: 42000 up to severity 18 and HY000 from 19 on.
_NUMBERS_OF_STATE: Final = {
    "01000": (919, 3606, 3607, 3622, 5701, 5703),
    "01001": (16934,),
    "01003": (8153,),
    "07008": (120, 121),
    "08004": (911, 916, 2740, 4017, 4019, 17809, 18450, 18458),
    "21000": (512,),
    "21S01": (109, 110, 213),
    "21S02": (4409, 4501, 4502),
    "22001": (8152,),
    "22003": (168, 220, 232, 234, 236, 237, 238, 244, 246, 248, 535, 1007, 8115),
    "22007": (210, 211, 241, 242, 295, 296, 517),
    "22012": (8134,),
    "22018": (206, 235, 245, 256, 409, 518, 529),
    "22019": (1010,),
    "22025": (310,),
    "23000": (233, 272, 273, 515, 544, 547, 1505, 1508, 2601, 2615, 2627, 3605, 8101),
    "24000": (16930, 16931),
    "25000": (266, 628, 3902, 3903, 3906, 3908, 6401),
    "28000": (
        *(4002, 18452, 18456, 18459, 18463, 18464, 18465, 18466, 18467, 18468, 18487, 18488),
    ),
    "34000": (16916,),
    "40001": (1205, 1211, 7112),
    "42000": (229, 230),
    "42S01": (2714,),
    "42S02": (208, 267, 1906, 2501, 2706, 3701, 4401, 4701, 4902),
    "42S11": (1913,),
    "42S12": (3718,),
    "42S21": (2705, 2727, 4506),
    "42S22": (207, 1911, 4924),
    "44000": (550,),
    "HY109": (16902,),
}
STATE_OF_NUMBER: Final = {
    number: state for state, numbers in _NUMBERS_OF_STATE.items() for number in numbers
}
#: From this severity on, a number without a state of its own is HY000.
_SEVERE: Final = 19


def sqlstate_of(number: int, severity: int) -> str:
    usual = "HY000" if severity >= _SEVERE else "42000"
    return STATE_OF_NUMBER.get(number, usual)
