"""What the second try gets of a request's body, through the handlers for WSGI and for ASGI."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from django_mssql_ops.middleware import retry_view
from tests.middleware.conftest import OURS, Site
from tests.middleware.faults import deadlock

FORM: dict[str, Any] = {
    "data": b"name=a&name=b",
    "content_type": "application/x-www-form-urlencoded",
}
TEXT: dict[str, Any] = {"data": b"plain", "content_type": "text/plain"}
UPLOAD_HANDLER = "django.core.files.uploadhandler.TemporaryFileUploadHandler"

HANDLERS = pytest.mark.parametrize("handler", ["request", "arequest"], ids=["WSGI", "ASGI"])
Read = Callable[[HttpRequest], bytes]


def upload() -> dict[str, Any]:
    values = {"name": "x", "file": SimpleUploadedFile("a.txt", b"uploaded")}
    return {"data": encode_multipart(BOUNDARY, values), "content_type": MULTIPART_CONTENT}


def serve(site: Site, read: Read) -> None:
    """A view that reads first and fails afterwards."""

    @retry_view
    def view(request: HttpRequest) -> HttpResponse:
        content = read(request)
        site.begin()
        return HttpResponse(content)

    site.serve(view)
    site.fail(deadlock)


@HANDLERS
@pytest.mark.parametrize(
    ("body", "read", "expected"),
    [
        (TEXT, lambda request: request.body, b"plain"),
        (TEXT, lambda request: request.read(), b"plain"),
        (TEXT, lambda request: request.read(3), b"pla"),
        (TEXT, lambda request: request.read(3) + request.body, b"plaplain"),
        (TEXT, lambda request: b"".join(request), b"plain"),
        (FORM, lambda request: ",".join(request.POST.getlist("name")).encode(), b"a,b"),
        (upload(), lambda request: request.POST["name"].encode(), b"x"),
        (upload(), lambda request: request.FILES["file"].read(), b"uploaded"),
    ],
    ids=["body", "read", "part", "part, body", "lines", "form", "multipart", "file"],
)
def test_is_the_same(
    site: Site, handler: str, body: dict[str, Any], read: Read, expected: bytes
) -> None:
    serve(site, read)
    response = getattr(site, handler)("POST", **body)
    assert (response.status_code, response.content) == (200, expected)
    assert site.calls == 2


@HANDLERS
def test_a_temporary_file_that_was_only_read_is_read_again(site: Site, handler: str) -> None:
    site.settings["FILE_UPLOAD_HANDLERS"] = [UPLOAD_HANDLER]
    paths = []

    def read(request: HttpRequest) -> bytes:
        file: Any = request.FILES["file"]
        paths.append(Path(file.temporary_file_path()))
        content: bytes = file.read()
        return content

    serve(site, read)
    assert getattr(site, handler)("POST", **upload()).content == b"uploaded"
    first, second = paths
    assert first != second
    assert not first.exists()


@HANDLERS
def test_a_temporary_file_that_was_stored_is_not_stored_twice(site: Site, handler: str) -> None:
    site.settings["FILE_UPLOAD_HANDLERS"] = [UPLOAD_HANDLER]
    with tempfile.TemporaryDirectory() as directory:
        storage = FileSystemStorage(location=directory)

        def read(request: HttpRequest) -> bytes:
            file: Any = request.FILES["file"]
            return storage.save("a", file).encode()

        serve(site, read)
        assert getattr(site, handler)("POST", **upload()).status_code == 500
        assert site.calls == 1
        assert len(storage.listdir("")[1]) == 1


@HANDLERS
@pytest.mark.parametrize("setting", ["MAX_BODY", "DATA_UPLOAD_MAX_MEMORY_SIZE"])
def test_a_long_body_is_left_in_the_stream_and_tried_once(
    site: Site, handler: str, setting: str
) -> None:
    if setting == "MAX_BODY":
        site.set_ops(MAX_BODY=4)
    else:
        site.settings[setting] = 4
    serve(site, lambda request: request.read())
    assert getattr(site, handler)("POST", **TEXT).status_code == 500
    assert site.calls == 1
    assert getattr(site, handler)("POST", **TEXT).content == b"plain"


def test_a_get_that_reads_its_body_is_the_same_too(site: Site) -> None:
    serve(site, lambda request: request.read())
    assert site.request("GET", **TEXT).content == b"plain"


def reading(get_response: Any) -> Any:
    """A middleware of the project that takes the body from the stream."""

    def middleware(request: HttpRequest) -> Any:
        vars(request)["payload"] = request.read()
        return get_response(request)

    return middleware


@pytest.mark.parametrize("order", [[OURS, "reading"], ["reading", OURS]], ids=["in", "out"])
def test_what_another_middleware_has_read_cannot_be_read_again(
    site: Site, order: list[str]
) -> None:
    site.settings["MIDDLEWARE"] = [path if path == OURS else f"{__name__}.{path}" for path in order]
    serve(site, lambda request: vars(request)["payload"])
    assert site.request("POST", **TEXT).status_code == 500
    assert site.calls == 1


def test_uploads_are_closed_when_all_is_over(site: Site) -> None:
    files: list[Any] = []

    def read(request: HttpRequest) -> bytes:
        files.append(request.FILES["file"])
        return b""

    serve(site, read)
    site.request("POST", **upload())
    assert [file.closed for file in files] == [True, True]
