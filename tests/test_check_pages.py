"""Every rule has its page in docs/checks/, and the page is what the rule says."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_mssql_ops.diagnostics.registry import Rule, all_rules
from tests import check_pages

rules = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.number}-{rule.slug}")


@rules
def test_the_docstring_of_a_rule_is_its_explanation(rule: Rule) -> None:
    """First line: what is wrong, in one sentence. Last paragraph: where the fact comes from."""
    title, *paragraphs, source = rule.explanation.split("\n\n")
    assert "\n" not in title
    assert title[0].isupper() or title[0] == "`"
    assert title.endswith(".")
    assert paragraphs, "say what happens, why it matters and what to do"
    assert len(" ".join([title, *paragraphs]).split()) >= 15
    assert source.startswith("Source: ")
    assert source.endswith(".")
    assert all(line == line.rstrip() and "\t" not in line for line in rule.explanation.split("\n"))


def test_the_pages_are_those_of_the_rules_as_they_are() -> None:
    wanted = check_pages.pages()
    found = set(check_pages.DIRECTORY.glob("*.md"))
    missing = [path.name for path in wanted if path not in found]
    stale = [
        path.name
        for path, text in wanted.items()
        if path in found and path.read_text("utf-8") != text
    ]
    too_many = [path.name for path in found - set(wanted)]
    assert not (missing or stale or too_many), (
        f"run make docs: missing {sorted(missing)}, stale {sorted(stale)}, "
        f"of rules that are gone {sorted(too_many)}"
    )


def test_the_index_links_to_every_page() -> None:
    index = check_pages.pages()[check_pages.INDEX]
    others = set(check_pages.pages()) - {check_pages.INDEX}
    assert all(f"({path.name})" in index for path in others)
    assert len(others) == len(all_rules())


def test_writing_mends_what_is_missing_stale_or_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "checks"
    texts = {directory / "README.md": "index\n", directory / "101-a.md": "a\n"}
    monkeypatch.setattr(check_pages, "DIRECTORY", directory)
    monkeypatch.setattr(check_pages, "pages", lambda: texts)
    check_pages.write()
    (directory / "101-a.md").write_text("old")
    (directory / "199-gone.md").write_text("gone")
    (directory / "README.md").unlink()
    check_pages.write()
    assert {path: path.read_text() for path in directory.iterdir()} == texts
