"""Tokens and their bytes, written down by hand from MS-TDS 2.2.7: they drive both directions."""

from __future__ import annotations

from dataclasses import dataclass

from django_mssql_ops import tds


@dataclass(frozen=True)
class TokenCase:
    name: str
    token: tds.Token
    hex: str

    @property
    def data(self) -> bytes:
        return bytes.fromhex(self.hex)


def utf16_hex(text: str) -> str:
    return text.encode("utf-16-le").hex()


ROUTE = tds.Routing("db7", 1433)

TOKEN_CASES = [
    TokenCase("done", tds.Done(), "fd 0000 0000 0000000000000000"),
    TokenCase(
        "done with a count and more",
        tds.Done(
            tds.DoneKind.DONEINPROC, tds.DoneStatus.MORE | tds.DoneStatus.COUNT, 0xC1, 1 << 40
        ),
        "ff 1100 c100 0000000000010000",
    ),
    TokenCase(
        "doneproc that acknowledges an attention",
        tds.Done(tds.DoneKind.DONEPROC, tds.DoneStatus.ATTENTION),
        "fe 2000 0000 0000000000000000",
    ),
    TokenCase("return status", tds.ReturnStatus(-6), "79 faffffff"),
    TokenCase("order", tds.Order((1, 3)), "a9 0400 0100 0300"),
    TokenCase("order of nothing", tds.Order(()), "a9 0000"),
    TokenCase(
        "error",
        tds.ServerError(208, "no x", state=1, severity=16, server="s", procedure="p", line=3),
        f"aa 1a00 d0000000 01 10 0400 {utf16_hex('no x')} 01 7300 01 7000 03000000",
    ),
    TokenCase(
        "info without names",
        tds.ServerInfo(5701, "é", state=2, severity=0, line=0),
        "ab 1000 45160000 02 00 0100 e900 00 00 00000000",
    ),
    TokenCase(
        "login acknowledgement",
        tds.LoginAck("ab", (16, 0, 4135)),
        "ad 0e00 01 74000004 02 61006200 10 00 1027",
    ),
    TokenCase(
        "feature acknowledgements",
        tds.FeatureExtAck(
            (
                tds.Feature(tds.FeatureId.UTF8_SUPPORT, b"\x01"),
                tds.Feature(tds.FeatureId.DATACLASSIFICATION, b"\x02\x01"),
                tds.Feature(0x7E),
            )
        ),
        "ae 0a 01000000 01 09 02000000 0201 7e 00000000 ff",
    ),
    TokenCase("no feature acknowledged", tds.FeatureExtAck(()), "ae ff"),
    TokenCase(
        "federated authentication",
        tds.FedAuthInfo("u", "sp"),
        "ee 1c000000 02000000 01 02000000 16000000 02 04000000 18000000 7500 73007000",
    ),
    TokenCase("sspi", tds.SspiMessage(b"NTLM"), "ed 0400 4e544c4d"),
    TokenCase(
        "session state",
        tds.SessionState(7, True, ((1, b"ab"), (9, bytes(300)))),
        f"e4 3b010000 07000000 01 01 02 6162 09 ff 2c010000 {bytes(300).hex()}",
    ),
    TokenCase(
        "table names",
        tds.TabName((("dbo", "t"), ("u",))),
        f"a4 1200 02 0300 {utf16_hex('dbo')} 0100 7400 01 0100 7500",
    ),
    TokenCase("browse columns", tds.ColInfo(b"\x01\x01\x08"), "a5 0300 010108"),
    TokenCase("no metadata", tds.ColMetadata(None), "81 ffff"),
    TokenCase("no columns", tds.ColMetadata(()), "81 0000"),
    TokenCase(
        "columns",
        tds.ColMetadata(
            (
                tds.Column("id", tds.int_type(4), flags=0x08),
                tds.Column("name", tds.nvarchar(50), 0, 0x09),
                tds.Column("t", tds.TypeInfo(tds.DataType.IMAGE, 16), 0x22, 0x09, ("dbo", "x")),
            )
        ),
        "81 0300"
        " 00000000 0800 26 04 02 69006400"
        f" 00000000 0900 e7 6400 0904d00034 04 {utf16_hex('name')}"
        f" 22000000 0900 22 10000000 02 0300 {utf16_hex('dbo')} 0100 7800 01 7400",
    ),
    TokenCase(
        "returned value",
        tds.ReturnValue("@h", tds.int_type(4), 5, ordinal=1),
        "ac 0100 02 40006800 01 00000000 0000 26 04 04 05000000",
    ),
    TokenCase(
        "returned max value",
        tds.ReturnValue("", tds.varbinary(None), b"ab", 0, 2),
        "ac 0000 00 02 00000000 0000 a5 ffff 0200000000000000 02000000 6162 00000000",
    ),
    *[
        TokenCase(
            f"environment {kind.name}",
            tds.EnvChange(kind, "ab", "c"),
            f"e3 0900 {kind:02x} 02 61006200 01 6300",
        )
        for kind in (
            tds.EnvChangeType.DATABASE,
            tds.EnvChangeType.LANGUAGE,
            tds.EnvChangeType.CHARSET,
            tds.EnvChangeType.PACKET_SIZE,
            tds.EnvChangeType.UNICODE_LCID,
            tds.EnvChangeType.UNICODE_FLAGS,
            tds.EnvChangeType.MIRRORING_PARTNER,
            tds.EnvChangeType.USER_INSTANCE,
        )
    ],
    *[
        TokenCase(
            f"environment {kind.name}",
            tds.EnvChange(kind, b"\x01\x02", b"\x03"),
            f"e3 0600 {kind:02x} 02 0102 01 03",
        )
        for kind in (
            tds.EnvChangeType.COLLATION,
            tds.EnvChangeType.BEGIN_TRANSACTION,
            tds.EnvChangeType.COMMIT_TRANSACTION,
            tds.EnvChangeType.ROLLBACK_TRANSACTION,
            tds.EnvChangeType.ENLIST_TRANSACTION,
            tds.EnvChangeType.DEFECT_TRANSACTION,
            tds.EnvChangeType.TRANSACTION_MANAGER_ADDRESS,
            tds.EnvChangeType.TRANSACTION_ENDED,
        )
    ],
    TokenCase(
        "environment PROMOTE_TRANSACTION",
        tds.EnvChange(tds.EnvChangeType.PROMOTE_TRANSACTION, b"dtc", b""),
        "e3 0900 0f 03000000 647463 00",
    ),
    TokenCase(
        "environment RESET_COMPLETED",
        tds.EnvChange(tds.EnvChangeType.RESET_COMPLETED, b"", b""),
        "e3 0300 12 00 00",
    ),
    TokenCase(
        "environment ROUTING",
        tds.EnvChange(tds.EnvChangeType.ROUTING, ROUTE, b""),
        f"e3 1000 14 0b00 00 9905 0300 {utf16_hex('db7')} 0000",
    ),
    TokenCase(
        "environment ENHANCED_ROUTING",
        tds.EnvChange(tds.EnvChangeType.ENHANCED_ROUTING, tds.Routing("db7", 1433, 0, "x"), b""),
        f"e3 1400 15 0f00 00 9905 0300 {utf16_hex('db7')} 0100 7800 0000",
    ),
    TokenCase("environment unknown", tds.EnvChange(99, b"\x01", b""), "e3 0200 63 01"),
]
