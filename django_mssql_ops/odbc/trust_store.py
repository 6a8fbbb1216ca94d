"""Where the driver looks for trusted certificates.

msodbcsql on Linux loads the system's OpenSSL and uses that library's default paths; SSL_CERT_FILE
and SSL_CERT_DIR override them (measured with msodbcsql 18.6.2). Python may carry an OpenSSL of its
own with other defaults, so the system's library is asked where it looks. Windows and macOS drivers
use the platform's store.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import ssl
import sys
from dataclasses import dataclass

#: The libraries the driver tries, newest first (strings of msodbcsql 18.6.2).
_LIBCRYPTO_NAMES = ("libcrypto.so.3", "libcrypto.so.1.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustStore:
    """Certificate file and directory as OpenSSL takes them; both empty for the platform's store."""

    file: str = ""
    directory: str = ""
    source: str

    def __str__(self) -> str:
        places = [place for place in (self.file, self.directory) if place]
        return f"{' and '.join(places)} ({self.source})" if places else self.source

    def load_into(self, context: ssl.SSLContext) -> None:
        """Make ``context`` trust what the driver trusts; a place that is missing adds nothing."""
        if not self.file and not self.directory:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
            return
        for file in filter(os.path.isfile, [self.file]):
            # An unreadable or empty bundle trusts nobody, which is what the driver finds too.
            with contextlib.suppress(OSError):
                context.load_verify_locations(cafile=file)
        for directory in filter(os.path.isdir, self.directory.split(os.pathsep)):
            context.load_verify_locations(capath=directory)


def driver_trust_store() -> TrustStore:
    """The store of the driver on this machine, with this environment."""
    if sys.platform in {"win32", "darwin"}:
        return TrustStore(source="the platform's certificate store")
    file, directory, source = _library_defaults()
    from_environment = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    return TrustStore(
        file=os.environ.get("SSL_CERT_FILE") or file,
        directory=os.environ.get("SSL_CERT_DIR") or directory,
        source=" and ".join(from_environment) or source,
    )


def _library_defaults() -> tuple[str, str, str]:
    for name in _LIBCRYPTO_NAMES:
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(name)
            return (
                _text_of(library, "X509_get_default_cert_file"),
                _text_of(library, "X509_get_default_cert_dir"),
                f"defaults of {name}",
            )
    paths = ssl.get_default_verify_paths()
    return (
        paths.openssl_cafile,
        paths.openssl_capath,
        "Python's defaults, as no system OpenSSL was found",
    )


def _text_of(library: ctypes.CDLL, function_name: str) -> str:
    function = getattr(library, function_name)
    function.restype = ctypes.c_char_p
    function.argtypes = []
    return os.fsdecode(function() or b"")
