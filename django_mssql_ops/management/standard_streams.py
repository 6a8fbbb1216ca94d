"""Standard input and output as they are found: absent, full, without a reader, or ASCII only."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, BinaryIO

from django_mssql_ops.exceptions import ConfigurationError


def standard_input() -> BinaryIO | None:
    """The bytes of standard input; None where a scheduler or a service has none open."""
    return getattr(sys.stdin, "buffer", None)


def write_text(stream: Any, text: str) -> None:
    """Put ``text`` out whole, with escapes for what the stream's encoding does not have.

    ``stream`` is sys.stdout or Django's wrapper of it. Raises ConfigurationError when it cannot be
    written, because exit code 1 would be taken for the answer.
    """
    # Django wraps what it finds: then the wrapper has no more than its own methods.
    if sys.stdout is None and not hasattr(stream, "writable"):
        raise ConfigurationError("there is no standard output; --output FILE writes the answer")
    encoding = getattr(stream, "encoding", None) or "utf-8"
    encoded = text.encode(encoding, "backslashreplace").decode(encoding)
    try:
        stream.write(encoded)
        stream.flush()
    except OSError as problem:
        _drop_the_rest(stream)
        raise ConfigurationError(
            f"standard output could not be written: {problem.strerror or problem}"
        ) from None


def _drop_the_rest(stream: Any) -> None:
    """Python flushes once more when it ends; a second failure there would make the exit code 120.

    What to do about it is in Python's documentation of SIGPIPE (module signal).
    """
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
