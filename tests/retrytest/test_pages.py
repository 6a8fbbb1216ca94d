"""The picture and the page: well formed whatever the texts hold, and complete without anything."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from django_mssql_ops.retrytest.html_report import render
from django_mssql_ops.retrytest.result import Kind, Layer, Mark, Run
from django_mssql_ops.retrytest.timeline import MAX_MARKS, WIDTH, svg
from tests.reports.building import texts
from tests.retrytest.building import EXAMPLE, MARKS, marks, result, run, runs, scenario

few = settings(max_examples=min(40, settings().max_examples), deadline=None)


class Reader(HTMLParser):
    """Collects tags and attributes, and checks that what was opened is closed."""

    VOID = frozenset({"meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(page: str) -> Reader:
    reader = Reader(page)
    assert reader.open == []
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(reader.tags)
    assert not [n for n, _ in reader.attributes if n in ("src", "href") or n.startswith("on")]
    assert "url(" not in page and "@import" not in page
    return reader


@given(marks(), texts())
def test_any_timeline_is_well_formed_and_inside_its_frame(
    drawn: tuple[Mark, ...], title: str
) -> None:
    picture = svg(drawn, title=title)
    if not drawn:
        assert picture == ""
        return
    root = ElementTree.fromstring(picture)  # noqa: S314 (made here)
    for part in root.iter():
        for name in ("x", "cx"):
            if name in part.attrib:
                assert 0 <= float(part.attrib[name]) <= WIDTH


def test_a_timeline_shows_every_kind_in_order() -> None:
    root = ElementTree.fromstring(svg(MARKS, title="t"))  # noqa: S314
    places = {
        part.attrib["class"]: float(part.attrib.get("x") or part.attrib.get("cx") or 0)
        for part in root.iter()
        if "class" in part.attrib and part.tag in ("rect", "circle", "polygon")
    }
    assert set(places) == {"attempt", "failed", "delay", "fault", "login"}
    assert places["failed"] < places["delay"] < places["attempt"] <= places["login"]
    assert "5.30 s" in svg(MARKS, title="t")


def test_a_long_delay_leaves_room_for_the_attempts() -> None:
    long = (
        Mark(kind=Kind.FAILED_ATTEMPT, start=0.0, end=0.01),
        Mark(kind=Kind.DELAY, start=0.01, end=60.0),
        Mark(kind=Kind.ATTEMPT, start=60.0, end=60.01),
    )
    root = ElementTree.fromstring(svg(long, title="t"))  # noqa: S314
    widths = {p.attrib["class"]: float(p.attrib["width"]) for p in root if p.tag == "rect"}
    assert widths["delay"] < 0.7 * WIDTH
    assert widths["attempt"] > 0.1 * WIDTH


def test_a_storm_is_cut_short_and_says_so() -> None:
    storm = tuple(Mark(kind=Kind.LOGIN, start=float(n), end=float(n)) for n in range(500))
    assert f"and {500 - MAX_MARKS} more" in svg(storm, title="t")


@few
@given(runs())
def test_any_page_is_closed_and_loads_nothing(found: Run) -> None:
    check(render(found))


def test_text_never_becomes_markup() -> None:
    evil = "<script>alert('x')</script>\"&"
    page = render(run(result(scenario=scenario(name=evil, title=evil)), alias=evil, notes=(evil,)))
    check(page)
    assert "<script" not in page


def test_the_page_says_what_did_not_hold_first_and_open() -> None:
    page = render(EXAMPLE)
    check(page)
    assert "mssql_retrytest: FAILED" in page
    assert "2 of 4 scenarios held" in page
    details = re.findall(r"<details( open='')?>", page)
    assert details == [" open=''", " open=''", "", "", " open=''"]
    assert "Not run: 1" in page and "needs --write" in page
    assert page.count("<svg") == 5


def test_a_good_run_says_so() -> None:
    page = render(run(result()))
    assert "mssql_retrytest: ok" in page and "1 of 1 scenarios held" in page


@pytest.mark.parametrize("theme", ["prefers-color-scheme:dark", "system-ui"])
def test_it_is_readable_by_night_and_without_fonts(theme: str) -> None:
    assert theme in render(EXAMPLE)


def test_a_run_without_results_is_a_page_too() -> None:
    check(render(replace(EXAMPLE, results=(), left_out=())))


def test_layers_for_comparison_are_named() -> None:
    assert f"Layer {Layer.BACKEND.value}: 0 of 1 held, for comparison" in render(EXAMPLE)
