"""A request as counters and scripts know it."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.tds import (
    Request,
    RpcRequest,
    SqlBatch,
    TransactionManagerRequest,
    TransactionRequest,
)
from tests.standin import counters, procedures
from tests.standin.counters import RequestRecord
from tests.standin.session import Session

_TRANSACTION_NAMES: Final = {
    TransactionRequest.BEGIN: "TM_BEGIN",
    TransactionRequest.COMMIT: "TM_COMMIT",
    TransactionRequest.ROLLBACK: "TM_ROLLBACK",
    TransactionRequest.SAVE: "TM_SAVE",
}


def describe(request: Request, session: Session) -> RequestRecord:
    """A request as counters and scripts know it."""
    if isinstance(request, SqlBatch):
        return RequestRecord(counters.BATCH, request.text)
    if isinstance(request, RpcRequest):
        call = request.calls[0]  # the codec lets none through that has no call
        return RequestRecord(
            counters.RPC, procedures.text_of(call, session), procedures.name_of(call)
        )
    if isinstance(request, TransactionManagerRequest):
        name = _TRANSACTION_NAMES.get(request.kind, f"TM_{int(request.kind)}")
        return RequestRecord(counters.TRANSACTION, name)
    return RequestRecord(counters.BULK_LOAD, "bulk load")
