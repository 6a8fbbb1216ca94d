from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.odbc import ini_files
from django_mssql_ops.odbc.ini_files import IniSection, appended, locate, parse_ini, read_ini

DEFAULT = Path("/compiled-in")


def names(text: str) -> list[str] | None:
    sections = parse_ini(text)
    return None if sections is None else [section.name for section in sections]


def test_sections_and_keys_are_trimmed_and_keep_their_order() -> None:
    (first, second) = parse_ini("[ A ]\n Driver = /x=y \n\n[B]\nDriver64=/z\n") or ()
    assert (first.name, first.entries) == ("A", (("Driver", "/x=y"),))
    assert (second.name, second.entries) == ("B", (("Driver64", "/z"),))


def test_comments_are_no_keys_and_a_comment_before_the_first_section_is_allowed() -> None:
    sections = parse_ini("# one\n; two\n\n[A]\n#Driver=/no\nDriver=/yes\n")
    assert sections is not None
    assert sections[0].entries == (("Driver", "/yes"),)


def test_a_key_before_the_first_section_makes_the_whole_file_unreadable() -> None:
    assert parse_ini("Driver=/x\n[A]\nDriver=/y\n") is None


def test_an_empty_file_has_no_sections_but_is_read() -> None:
    assert parse_ini("") == ()


def test_a_section_without_its_bracket_still_has_a_name() -> None:
    assert names("[A\nDriver=/x") == ["A"]


def test_the_lines_of_a_section_are_kept_as_written() -> None:
    sections = parse_ini("[A]\r\n # note\r\nDriver =/x\r\n")
    assert sections is not None
    assert sections[0].lines[:3] == ("[A]", " # note", "Driver =/x")


def test_a_value_is_found_without_regard_to_case_and_the_first_one_wins() -> None:
    section = IniSection("A", (("DRIVER", "/first"), ("driver", "/second")))
    assert section.get("Driver") == "/first"


def test_an_empty_driver64_falls_back_to_driver() -> None:
    section = IniSection("A", (("Driver64", ""), ("Driver", "/x")))
    assert section.get("Driver64", "Driver") == "/x"


def test_only_ascii_letters_are_folded_as_strcasecmp_does() -> None:
    assert ini_files.ascii_lower("ÄKİ") == "Äkİ"


def test_a_section_of_the_second_file_is_skipped_when_the_first_has_its_name() -> None:
    first = [IniSection("Alpha", (("Driver", "/system"),))]
    second = [IniSection("ALPHA", (("Driver", "/user"),)), IniSection("Beta")]
    merged = list(appended(first, second))
    assert [s.name for s in merged] == ["Alpha", "Beta"]
    assert merged[0].get("Driver") == "/system"


def test_the_directory_and_the_file_name_come_from_the_environment() -> None:
    found = locate({"ODBCSYSINI": "/s", "ODBCINSTINI": "d.ini", "HOME": "/h"}, DEFAULT)
    assert found.system_drivers == Path("/s/d.ini")
    assert found.system_data_sources == Path("/s/odbc.ini")
    assert found.user_drivers == Path("/h/.odbcinst.ini")


def test_without_variables_the_compiled_in_directory_counts() -> None:
    assert locate({"HOME": "/h"}, DEFAULT).system_drivers == DEFAULT / "odbcinst.ini"


def test_an_absolute_odbcinstini_is_taken_below_the_system_directory() -> None:
    found = locate({"ODBCSYSINI": "/s", "ODBCINSTINI": "/abs.ini"}, DEFAULT)
    assert str(found.system_drivers) == "/s/abs.ini"


def test_an_empty_odbcsysini_counts_as_set() -> None:
    assert locate({"ODBCSYSINI": ""}, DEFAULT).system_drivers == Path("/odbcinst.ini")


def test_odbcini_names_the_users_data_sources_and_an_empty_one_does_not() -> None:
    assert locate({"ODBCINI": "/my.ini"}, DEFAULT).user_data_sources == Path("/my.ini")
    assert locate({"ODBCINI": ""}, DEFAULT).user_data_sources.name == ".odbc.ini"


def test_the_users_drivers_are_hidden_when_the_system_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".odbcinst.ini").write_text("[U]\nDriver=/u\n")
    environ = {"HOME": str(tmp_path), "ODBCSYSINI": str(tmp_path / "absent")}
    assert ini_files.driver_sections(locate(environ, DEFAULT)) == ()


def test_the_users_drivers_are_seen_when_the_system_file_could_be_created(tmp_path: Path) -> None:
    (tmp_path / ".odbcinst.ini").write_text("[U]\nDriver=/u\n")
    environ = {"HOME": str(tmp_path), "ODBCSYSINI": str(tmp_path)}
    ((section, source),) = ini_files.driver_sections(locate(environ, DEFAULT))
    assert (section.name, source) == ("U", tmp_path / ".odbcinst.ini")


def test_sections_that_configure_are_no_data_sources(tmp_path: Path) -> None:
    (tmp_path / "odbc.ini").write_text("[ODBC]\nTrace=1\n[ODBC Data Sources]\nD=x\n[D]\nDriver=x\n")
    environ = {"ODBCINI": str(tmp_path / "none"), "ODBCSYSINI": str(tmp_path)}
    (found,) = ini_files.data_source_sections(locate(environ, DEFAULT))
    assert found.name == "D"


def test_bytes_that_are_no_utf_8_survive_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "odbcinst.ini"
    path.write_bytes(b"[\xe4]\nDriver=/x\xff\n")
    sections = read_ini(path)
    assert sections is not None
    assert sections[0].get("Driver").encode("utf-8", "surrogateescape") == b"/x\xff"


@pytest.mark.parametrize("name", ["absent", "."])
def test_what_cannot_be_read_is_none(tmp_path: Path, name: str) -> None:
    assert read_ini(tmp_path / name) is None


@given(st.text())
def test_any_text_is_read_without_an_exception(text: str) -> None:
    sections = parse_ini(text)
    assert sections is None or all(section.name == section.name.strip() for section in sections)
