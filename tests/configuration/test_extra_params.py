from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mssql.base import DatabaseWrapper

from django_mssql_ops.configuration.extra_params import (
    Pair,
    read_extra_params,
    segments,
    without_keyword,
)
from django_mssql_ops.configuration.redaction import HIDDEN

#: Text around the characters that mean something, and then anything.
TEXTS = st.one_of(
    st.text(alphabet=" \t;={}aB\n", max_size=30),
    st.lists(
        st.sampled_from(
            ["Encrypt", "PWD", "=", ";", "{", "}", "}}", " ", "\t", "x y", "é", "\u3000"]
        ),
        max_size=25,
    ).map("".join),
    st.text(max_size=60),
)


@given(TEXTS)
@example("a={x}}y;b=c")
@example("a={x}y=z;b={")
@example("=v;a=b;;a=c;d")
@example("a= \t{b};c=\u3000{d}\x1f;\x1ea=1")
def test_reads_what_the_backend_reads(text: str) -> None:
    ours: dict[str, str] = {}
    for segment in segments(text):
        if isinstance(segment, Pair):
            ours.setdefault(segment.key, segment.stripped)
    assert ours == DatabaseWrapper._parse_extra_params(text)


@given(TEXTS)
def test_every_segment_has_its_place(text: str) -> None:
    read = read_extra_params(text, as_written=False)
    count = len(list(segments(text)))
    assert len(read.keywords) + len(read.malformed) == count
    positions = [keyword.position for keyword in read.keywords]
    assert positions == sorted(positions)
    assert all(1 <= position <= count for position in positions)


def test_keeps_duplicates_in_order() -> None:
    read = read_extra_params("Encrypt=no;APP=x;encrypt=strict", as_written=True)
    assert [(k.key, k.value, k.position) for k in read.keywords] == [
        ("encrypt", "no", 1),
        ("app", "x", 2),
        ("encrypt", "strict", 3),
    ]


def test_counts_malformed_segments_without_their_text() -> None:
    read = read_extra_params("APP=x; hunter2 ;=hunter3;Encrypt=yes", as_written=False)
    assert [str(segment) for segment in read.malformed] == [
        "segment 2 (8 characters)",
        "segment 3 (8 characters)",
    ]
    assert "hunter" not in repr(read)


def test_an_unclosed_brace_takes_the_rest() -> None:
    read = read_extra_params("APP={a;Encrypt=yes", as_written=True)
    assert read.unclosed_brace
    assert [(k.name, k.closed) for k in read.keywords] == [("APP", False)]


@pytest.mark.parametrize(
    ("text", "reaching"),
    [
        # Each row was measured with msodbcsql 18.6.2.1: is a bogus Encrypt in its place refused?
        ("\n    Encrypt=yes;\r\n\tAPP=x;\n", ["Encrypt", "APP"]),
        ("\v\fEncrypt=yes;\n;APP=x", ["Encrypt", "APP"]),
        ("junk;Encrypt=yes", []),
        ("junk;APP=x;Encrypt=yes", ["Encrypt"]),
        ("=v;Encrypt=yes", ["Encrypt"]),
        ("APP={a}b;Encrypt=yes", ["APP"]),
        ("APP={a}b;WSID=x;Encrypt=yes", ["APP"]),
        ("APP={a} ;Encrypt=yes", ["APP"]),
        ("APP={a}}b};Encrypt=yes", ["APP", "Encrypt"]),
        ("APP=a}b;Encrypt=yes", ["APP", "Encrypt"]),
        ("; ;Encrypt=yes", ["Encrypt"]),
    ],
)
def test_marks_what_odbc_loses(text: str, reaching: list[str]) -> None:
    keywords = read_extra_params(text, as_written=True).keywords
    assert [keyword.name for keyword in keywords if keyword.reaches_driver] == reaching


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("junk;Encrypt=yes", ["Encrypt"]),
        ("a;b;Encrypt=yes;APP=x", ["", "Encrypt"]),
        ("=v;Encrypt=yes", [""]),
        ("Encrypt=yes;junk", [""]),
        ("junk;=v;Encrypt=yes", ["", "Encrypt"]),
        ("PWD=x;junk;ter2=y", [HIDDEN]),
    ],
)
def test_names_what_a_lost_segment_takes_with_it(text: str, taken: list[str]) -> None:
    assert [lost.takes for lost in read_extra_params(text, as_written=True).malformed] == taken
    assert not any(lost.takes for lost in read_extra_params(text, as_written=False).malformed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("APP={a} ;Encrypt=yes", "APP"),
        ("WSID=w;APP={a}b;Encrypt=yes;APP={c}d", "APP"),
        ("APP={a}b", "APP"),
        ("APP={a} ", None),
        ("APP={a};Encrypt=yes", None),
    ],
)
def test_says_where_odbc_stops_reading(text: str, name: str | None) -> None:
    cut_behind = read_extra_params(text, as_written=True).cut_behind
    assert (cut_behind.name if cut_behind else None) == name
    assert read_extra_params(text, as_written=False).cut_behind is None


def test_nothing_behind_the_cut_is_another_loss() -> None:
    assert read_extra_params("APP={a}b;junk;Encrypt=yes", as_written=True).malformed == ()


def test_mssql_python_loses_nothing() -> None:
    read = read_extra_params("junk;Encrypt=yes", as_written=False)
    assert all(keyword.reaches_driver for keyword in read.keywords)


@pytest.mark.parametrize(
    ("text", "as_written", "without"),
    [
        ("Encrypt= yes", " yes", "yes"),
        ("Encrypt=yes ;APP=x", "yes ", "yes"),
        ("Encrypt={yes }", "yes ", "yes "),
        ("Encrypt={yes}", "yes", "yes"),
    ],
)
def test_blanks_belong_to_the_value_on_odbc_only(text: str, as_written: str, without: str) -> None:
    assert read_extra_params(text, as_written=True).keywords[0].value == as_written
    assert read_extra_params(text, as_written=False).keywords[0].value == without


def test_a_blank_before_the_equals_sign_stays_in_the_name_on_odbc_only() -> None:
    assert read_extra_params("Encrypt =yes", as_written=True).keywords[0].name == "Encrypt "
    assert read_extra_params("Encrypt =yes", as_written=False).keywords[0].name == "Encrypt"


@pytest.mark.parametrize("name", ["PWD", "pwd", "KeystoreSecret"])
def test_a_secret_keeps_its_name_and_loses_its_value(name: str) -> None:
    (keyword,) = read_extra_params(f"{name}=hunter2", as_written=True).keywords
    assert (keyword.name, keyword.value, keyword.secret) == (name, "", True)


@pytest.mark.parametrize("text", ["Passwort=hunter2", "Password hunter2=x", "pwd:hunter2=x"])
def test_what_may_be_a_secret_loses_its_name_as_well(text: str) -> None:
    (keyword,) = read_extra_params(text, as_written=True).keywords
    assert (keyword.name, keyword.value, keyword.secret) == (HIDDEN, "", True)


def test_what_follows_a_secret_may_be_its_rest() -> None:
    read = read_extra_params("PWD=hun;ter2=x;more=y;Encrypt=yes;Encript=no", as_written=True)
    assert [k.name for k in read.keywords] == ["PWD", HIDDEN, HIDDEN, "Encrypt", "Encript"]


def test_a_forgotten_semicolon_hides_the_value() -> None:
    (keyword,) = read_extra_params("Encrypt=yes PWD=hunter2", as_written=True).keywords
    assert keyword.value == HIDDEN


def test_an_unknown_keyword_keeps_no_value() -> None:
    (keyword,) = read_extra_params("Encript=hunter2", as_written=True).keywords
    assert (keyword.name, keyword.value) == ("Encript", "")


@pytest.mark.slow
def test_takes_time_in_proportion_to_the_text() -> None:
    # Quadratic reading of this would take minutes, and the suite's time limit would say so.
    for piece in ("=", "a=b;", "{", "a={", "}}", "a={}}", " ", ";"):
        read_extra_params(piece * (200_000 // len(piece)), as_written=True)


@pytest.mark.parametrize("as_written", [True, False])
def test_a_text_over_several_lines_is_sound(as_written: bool) -> None:
    text = """
        Encrypt=strict;
        ServerCertificate={/etc/ssl/sql.pem};

        MARS_Connection=yes;
    """
    read = read_extra_params(text, as_written=as_written)
    assert [keyword.name for keyword in read.keywords] == [
        "Encrypt",
        "ServerCertificate",
        "MARS_Connection",
    ]
    assert (read.malformed, read.cut_behind) == ((), None)


def test_a_line_break_in_place_of_a_semicolon_is_part_of_the_value() -> None:
    """The driver refuses such an Encrypt (measured)."""
    read = read_extra_params("Encrypt=yes\nAPP=x", as_written=True)
    assert [keyword.name for keyword in read.keywords] == ["Encrypt"]


def test_behind_a_secret_in_a_value_a_name_is_hidden_as_well() -> None:
    """A forgotten ``;`` makes a password part of another keyword's value, and it may hold one."""
    read = read_extra_params("Encrypt=yes PWD=first;second=", as_written=True)
    assert "first" not in repr(read)
    assert "second" not in repr(read)


@given(TEXTS, st.sampled_from(["a", "encrypt", "pwd", "x y", "é"]))
@example("a={x}}y};b=c;A = 2", "a")
@example("b={x}a=1;c=2", "a")
def test_without_a_keyword_all_else_is_read_as_before(text: str, key: str) -> None:
    def read(of: str) -> list[object]:
        found = [(s.name, s.value) if isinstance(s, Pair) else s for s in segments(of)]
        return [each for each in found if not isinstance(each, tuple) or _key(each) != key]

    def _key(pair: tuple[str, str]) -> str:
        return pair[0].strip().lower()

    left = without_keyword(text, key)
    assert read(left) == read(text)
    assert not any(isinstance(s, Pair) and s.key == key for s in segments(left))


def test_without_a_keyword_that_is_not_there_the_text_is_the_same() -> None:
    text = "Encrypt=yes ; junk;APP={a;b}c;\n"
    assert without_keyword(text, "connectretrycount") == text
