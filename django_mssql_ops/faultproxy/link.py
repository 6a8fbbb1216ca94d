"""One connection of a driver, from the accepted socket to its end."""

from __future__ import annotations

import contextlib
import socket
import threading

from django_mssql_ops.exceptions import MssqlOpsError
from django_mssql_ops.faultproxy.acting import Stage
from django_mssql_ops.faultproxy.actions import Cut
from django_mssql_ops.faultproxy.driver_side import DriverSide
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.logging_in import LoggingIn
from django_mssql_ops.faultproxy.opening import Opening
from django_mssql_ops.faultproxy.relay import Relay
from django_mssql_ops.faultproxy.switchboard import Switchboard
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.faultproxy.upstream_side import Unreachable


class Link:
    """Serves one driver in the thread that calls :meth:`run`; ``number`` counts from 1."""

    def __init__(
        self,
        sock: socket.socket,
        number: int,
        *,
        board: Switchboard,
        upstream: Upstream,
        side: DriverSide,
    ) -> None:
        self.number = number
        self._board = board
        self._driver = End(sock, "the driver")
        self._stage = Stage(self._driver, board)
        self._server = LoggingIn(upstream, board.stopping.is_set)
        self._opening = Opening(self._stage, number, self._server, side)
        self._lock = threading.Lock()
        self._over = False
        self._how = Cut.CLOSE

    def run(self) -> None:
        """Serve until either side ends or a fault ends both; never raises for that."""
        self._board.events.note("opened", self.number)
        reason = "a fault of the proxy"
        try:
            server = self._opening.run()
            Relay(self._stage, server, self.number).run()
        except Ended as ended:
            reason = ended.reason
            if isinstance(ended, Unreachable):
                self._board.events.note("trouble", self.number, reason=reason)
            if ended.reset or isinstance(ended, Unreachable):
                # What the server did to the proxy happens to the driver, and the other way round.
                self._how = Cut.RESET
        except MssqlOpsError as error:
            reason = str(error)
            self._board.events.note("trouble", self.number, reason=reason)
        finally:
            self._end()
            self._board.events.note("closed", self.number, reason=reason)

    def _end(self) -> None:
        with self._lock:
            self._over = True
            self._driver.end(self._how)
            self._server.close()

    def cut(self) -> None:
        """End the connection by RST; called from another thread."""
        self._how = Cut.RESET
        self.abort()

    def abort(self) -> None:
        """Make :meth:`run` end; called from another thread."""
        with self._lock, contextlib.suppress(OSError):
            if self._over:
                return
            self._driver.abort()
            self._server.abort()
