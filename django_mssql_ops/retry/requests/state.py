"""A request as it was when it came in, so that every try begins with the same.

Middleware and views keep things on the request: the parsed form, the user, the session, that the
CSRF check was done, the CSRF cookie that has yet to be sent (in ``META``). What a failed try left
there would make the next one skip a check or send a cookie that nobody gets.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.http import HttpRequest

_BODY: Final = "_body"
_FILES: Final = "_files"
_STREAM: Final = "_stream"


#: What :func:`snapshot` has found; a bare tuple, because it is made for every request.
Snapshot: TypeAlias = tuple[dict[str, Any], int, bool, int]


def snapshot(request: HttpRequest) -> Snapshot:
    """The attributes of ``request`` and the size of its META; shallow."""
    attributes = request.__dict__.copy()
    return (
        attributes,
        # Copying META costs more than all the rest; a dict keeps the order of its keys.
        len(request.META),
        "session" in attributes and _is_session_modified(attributes),
        _queued_messages(attributes) if "_messages" in attributes else 0,
    )


class RequestState:
    """The attributes and META of a request at one moment, for one that has failed.

    What was added to META is taken out again; what was replaced there stays, and is replaced again
    by whoever did it.
    """

    def __init__(self, taken: Snapshot) -> None:
        self._attributes, self._headers, self._modified, self._messages = taken

    def obstacle(self, request: HttpRequest) -> str:
        """What forbids another try: "body", "upload", "session", "messages" or "".

        "body": the view has read from the stream, of which nothing can be read twice. "upload": a
        storage has taken an upload's temporary file, and would store it twice. "session" and
        "messages": middleware further out has made these objects, and will save what the failed
        try left in them.
        """
        if request._read_started and not hasattr(request, _BODY):  # type: ignore[attr-defined]
            return "body"
        if self._is_upload_lost(request):
            return "upload"
        if _is_session_modified(self._attributes) and not self._modified:
            return "session"
        return "messages" if _queued_messages(self._attributes) != self._messages else ""

    def _is_upload_lost(self, request: HttpRequest) -> bool:
        uploads = vars(request).get(_FILES)
        if uploads is None:
            return False
        # What was parsed before the first try cannot be parsed again.
        is_older = uploads is self._attributes.get(_FILES)
        return any(_is_gone(upload) or (is_older and upload.closed) for upload in _each(uploads))

    def restore(self, request: HttpRequest) -> None:
        """Make ``request`` what it was, with the body that was kept unread again."""
        now = vars(request)
        body = now.get(_BODY)
        uploads = now.get(_FILES)
        now.clear()
        now.update(self._attributes)
        if body is not None:
            now[_BODY] = body
            now[_STREAM] = BytesIO(body)
        if uploads is not None and uploads is now.get(_FILES):
            for upload in _each(uploads):
                upload.seek(0)
        elif uploads is not None:
            # They are read from the body once more; temporary files go with these.
            for upload in _each(uploads):
                upload.close()
        for name in list(request.META)[self._headers :]:
            del request.META[name]


def keep_body(request: HttpRequest, most: int) -> bool:
    """Read the body so that each try can; False when that is too late, or it is too long.

    ``most`` is bytes; a body that Django itself would refuse is left for Django to refuse.
    """
    if "wsgi.input" in request.META and not request.META.get("CONTENT_LENGTH"):
        # WSGIRequest reads no byte then. Most requests end here.
        return True
    if hasattr(request, _BODY):
        return True
    if request._read_started:  # type: ignore[attr-defined]
        return False
    djangos: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = _body_length(request)
    if length > min(most, most if djangos is None else djangos):
        return False
    if length:
        request.body  # noqa: B018  its first use keeps it
    return True


def _is_gone(upload: Any) -> bool:
    path = getattr(upload, "temporary_file_path", None)
    return path is not None and not os.path.exists(path())


def _each(uploads: Any) -> Iterator[Any]:
    for _name, several in uploads.lists():
        yield from several


def _body_length(request: HttpRequest) -> int:
    """Bytes. ASGI has the whole body in a file; WSGI reads what CONTENT_LENGTH says, or nothing."""
    stream: Any = getattr(request, _STREAM, None)
    if stream is not None and hasattr(stream, "seekable") and stream.seekable():
        length: int = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        return length
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:  # WSGIRequest takes it for 0 as well
        return 0


def _is_session_modified(attributes: dict[str, Any]) -> bool:
    return getattr(attributes.get("session"), "modified", False) is True


def _queued_messages(attributes: dict[str, Any]) -> int:
    return len(getattr(attributes.get("_messages"), "_queued_messages", ()))
