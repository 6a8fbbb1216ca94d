"""The documentation's links lead somewhere, and what it tells people to type exists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
#: Three backticks, an optional language, the code, three backticks.
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
#: A path below one of :data:`ROOTS`, and nothing else in the code.
SOURCE = re.compile(r"^(?:\w+/)+\w+\.py$")
ROOTS: Final = (PROJECT, PROJECT / "django_mssql_ops", PROJECT / "sampleproject")
ELSEWHERE = ("https://", "http://", "mailto:")
#: What reads an example in a data format, by the language of its fence.
READERS: Final[dict[str, Callable[[str], Any]]] = {
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "json": json.loads,
}

#: The pages of a directory are one test, as every check has a page of its own.
directories = pytest.mark.parametrize(
    "directory", sorted({page.parent for page in PAGES}), ids=lambda path: path.name
)


def pages_in(directory: Path) -> list[Path]:
    return [page for page in PAGES if page.parent == directory]


def prose(page: Path) -> str:
    """The text of the page without its code."""
    return INLINE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))


def code(page: Path) -> Iterator[str]:
    """Every line of code on the page, whether in a block or in a sentence."""
    text = page.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        yield from block.group(2).splitlines()
    yield from INLINE.findall(FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as the forges make them; code in a heading stays."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    named = set(re.findall(r'<a (?:id|name)="([^"]+)"', text))
    return named | {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= {page.name for page in PAGES}


@directories
def test_every_link_leads_to_a_file_and_a_heading(directory: Path) -> None:
    for page in pages_in(directory):
        for link in LINK.findall(prose(page)):
            if link.startswith(ELSEWHERE):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {link!r} names no file"
            missing = anchor and anchor not in anchors(target)
            assert not missing, f"{page.name}: {link!r} names no heading"


@directories
def test_every_source_file_that_is_named_by_its_path_exists(directory: Path) -> None:
    for page in pages_in(directory):
        named = {found for line in code(page) for found in SOURCE.findall(line)}
        missing = {path for path in named if not any((root / path).exists() for root in ROOTS)}
        assert not missing, page.name


@directories
def test_every_make_target_that_is_named_exists(directory: Path) -> None:
    known = make_targets()
    for page in pages_in(directory):
        called = {found for line in code(page) for found in re.findall(r"\bmake ([a-z-]+)", line)}
        assert called <= known, page.name


@directories
def test_every_python_example_compiles(directory: Path) -> None:
    for page in pages_in(directory):
        for block in FENCE.finditer(page.read_text(encoding="utf-8")):
            if block.group(1) in {"python", "py"}:
                compile(block.group(2), str(page), "exec")


@directories
def test_every_example_in_a_data_format_can_be_read(directory: Path) -> None:
    for page in pages_in(directory):
        for block in FENCE.finditer(page.read_text(encoding="utf-8")):
            if read := READERS.get(block.group(1)):
                assert read(block.group(2)), page.name


@pytest.mark.parametrize("name", ["compose.yaml", ".github/workflows/ci.yml"])
def test_every_yaml_file_can_be_read(name: str) -> None:
    assert yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))


@directories
def test_every_module_that_is_run_exists(directory: Path) -> None:
    """`python -m` with one of our own modules."""
    ours = r"python3? -m ((?:django_mssql_ops|sampleproject|tests)[\w.]*)"
    for page in pages_in(directory):
        for module in (found for line in code(page) for found in re.findall(ours, line)):
            path = PROJECT / module.replace(".", "/")
            assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), module
