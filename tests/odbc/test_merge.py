from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.odbc.ini_files import IniSection, parse_ini
from django_mssql_ops.odbc.merge import merged_drivers

NAME, LIBRARY = "ODBC Driver 18 for SQL Server", "/wheel/libmsodbcsql-18.6.so.2.1"


def merged(system: str, **options: str) -> tuple[IniSection, ...]:
    text = merged_drivers(parse_ini(system) or (), NAME, LIBRARY, **options)
    sections = parse_ini(text)
    assert sections is not None
    return sections


def test_every_driver_of_the_system_stays_as_it_was() -> None:
    system = "[ODBC]\nPooling=Yes\n\n[FreeTDS]\n# old\nDriver=/f.so\nCPTimeout=5\n"
    odbc, freetds, ours = merged(system)
    assert odbc.entries == (("Pooling", "Yes"),)
    assert (freetds.name, freetds.entries) == ("FreeTDS", (("Driver", "/f.so"), ("CPTimeout", "5")))
    assert "# old" in freetds.lines
    assert (ours.name, ours.get("Driver64", "Driver")) == (NAME, LIBRARY)


def test_a_section_of_our_name_keeps_its_settings_and_gets_the_library() -> None:
    system = f"[{NAME.upper()}]\nDriver64=/gone.so\nSetup=/gone.so\nCPTimeout=60\n[X]\nDriver=/x\n"
    x, ours = merged(system)
    assert x.name == "X"
    assert ours.entries == (("Driver", LIBRARY), ("CPTimeout", "60"))


def test_a_second_section_of_our_name_goes() -> None:
    sections = merged(f"[{NAME}]\nDriver=/a\n[{NAME}]\nDriver=/b\n")
    assert [s.get("Driver") for s in sections] == [LIBRARY]


def test_an_empty_system_file_gives_ours_alone() -> None:
    assert [s.name for s in merged("")] == [NAME]


def test_file_dsns_stay_where_they_are() -> None:
    for system in ("", "[X]\nDriver=/x\n", "[ODBC]\nTrace=No\n"):
        odbc = next(s for s in merged(system, file_dsn_directory="/etc/D") if s.key == "odbc")
        assert odbc.get("FileDSNPath") == "/etc/D"


def test_a_file_dsn_path_of_the_administrator_is_kept() -> None:
    odbc, _ = merged("[ODBC]\nFileDSNPath=/own\n", file_dsn_directory="/etc/D")
    assert odbc.entries == (("FileDSNPath", "/own"),)


@given(st.text("[]=ab#;\n \t", max_size=60))
def test_no_section_of_any_file_is_lost_or_changed(system: str) -> None:
    before = parse_ini(system) or ()
    after = merged(system)
    assert [(s.name, s.entries) for s in after[:-1]] == [(s.name, s.entries) for s in before]
    assert after[-1].get("Driver") == LIBRARY
