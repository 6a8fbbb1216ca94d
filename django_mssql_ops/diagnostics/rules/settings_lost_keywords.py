"""Parts of OPTIONS["extra_params"] that do not reach the driver, or do not count there."""

from __future__ import annotations

from collections.abc import Iterator

from django_mssql_ops.configuration.connection_settings import (
    ConnectionSettings,
    Keyword,
    LostSegment,
)
from django_mssql_ops.configuration.driver_choice import is_microsoft_driver
from django_mssql_ops.configuration.effective_keywords import generated_keywords, seen_keywords
from django_mssql_ops.configuration.keywords import is_known_anywhere
from django_mssql_ops.configuration.redaction import HIDDEN
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, rule, warning


def _name(keyword: Keyword) -> str:
    """How a sentence calls the keyword; its name may be hidden."""
    name = keyword.name.strip()
    return f"the keyword at position {keyword.position}" if name == HIDDEN else name


@rule(111, "extra-params-malformed", stage="settings", needs=("settings.malformed",))
def extra_params_malformed(facts: Facts, malformed: tuple[LostSegment, ...]) -> Verdicts:
    """Part of `extra_params` is not `keyword=value`, and is lost.

    The text is a list of `keyword=value` with `;` between them. On pyodbc nobody complains about
    the rest, and more than the faulty piece is lost: a piece without `=` takes the pair behind it
    with it, so `junk;Encrypt=yes` sets nothing; text between `}` and the next `;` ends the reading
    for good; a brace that is never closed makes all that follows part of one value. mssql-python
    refuses such a text when it connects.

    A frequent cause is a password with `;` in it. Use the setting `PASSWORD`, or put the value into
    braces, with `}` doubled: `PWD={semi;colon}`. The faulty pieces are named by place and size
    only, as they may be part of a password.

    Source: measured with msodbcsql 18.6.2.1, unixODBC 2.3.11 and mssql-python 1.16.
    """
    for segment in malformed:
        yield _malformed(facts, segment)
    cut = facts.settings.cut_behind
    if cut is not None:
        yield error(
            f"{facts.extra_params}: text follows the closing brace of {_name(cut)}, and the driver "
            "loses everything behind it",
            hint="Write ';' right behind '}'; a '}' within the value is written '}}'.",
            about=f"behind {_name(cut)}",
        )
    for keyword in facts.settings.keywords:
        if not keyword.closed:
            yield error(
                f"{facts.extra_params}: the brace of {_name(keyword)} is never closed, and "
                "all that follows counts as its value",
                hint="Close the value with '}'; a '}' within the value is written '}}'.",
                about=f"brace of {_name(keyword)}",
            )


def _malformed(facts: Facts, segment: LostSegment) -> Verdict:
    message = f"{facts.extra_params}: {segment} is not keyword=value, "
    if facts.settings.python_driver == "mssql_python":
        message += "and mssql-python refuses the whole text"
    elif segment.takes:
        taken = "the pair behind it" if segment.takes == HIDDEN else segment.takes.strip()
        message += f"and the driver loses it together with {taken}"
    else:
        message += "and the driver loses it"
    return error(
        message,
        hint="Write keyword=value with ';' between the pairs; a value with ';' needs braces.",
        about=f"segment {segment.position}",
    )


@rule(113, "extra-params-duplicate", stage="settings", needs=("settings.keywords",))
def extra_params_duplicate(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """A keyword stands in `extra_params` twice.

    On pyodbc the driver takes the first of the two and ignores the other without a word:
    `Encrypt=no;Encrypt=strict` does not encrypt. `Addr` and `Address` count as one keyword.
    mssql-python refuses to connect when a keyword is repeated; of two spellings of one keyword,
    such as `Server` and `Addr`, it takes the first. Remove one of them, perhaps the one that a
    setting or an environment variable added.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-python 1.16, its connection string
    parser.
    """
    settings = facts.settings
    if len(keywords) < 2 or not is_microsoft_driver(settings.driver_family, settings.driver):
        return
    for first, second in _repeated(settings):
        if settings.python_driver == "mssql_python" and first.key == second.key:
            yield error(
                f"{facts.extra_params} has {_name(first)} twice, which mssql-python refuses",
                hint="Remove one of them.",
                about=first.key,
            )
        else:
            also = "twice" if first.key == second.key else f"and {_name(second)}, which are one"
            yield warning(
                f"{facts.extra_params} has {_name(first)} {also}: only the first counts",
                hint="Remove the one that is not meant.",
                about=first.key,
            )


def _repeated(settings: ConnectionSettings) -> Iterator[tuple[Keyword, Keyword]]:
    """The first two of each repeated keyword; who is shadowed or unknown is another rule's."""
    shadowed = generated_keywords(settings)
    first: dict[str, Keyword] = {}
    told: set[str] = set()
    for name, keyword in seen_keywords(settings):
        if name in shadowed or name in told or not is_known_anywhere(keyword.name):
            continue
        name = "addr" if name == "address" else name
        if name in first:
            told.add(name)
            yield first[name], keyword
        first.setdefault(name, keyword)


@rule(114, "extra-params-shadowed", stage="settings", needs=("settings.keywords",))
def extra_params_shadowed(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """A keyword in `extra_params` has no effect, because mssql-django writes it itself.

    On pyodbc the text is glued behind what mssql-django makes of `HOST`, `NAME`, `USER`,
    `PASSWORD`, `driver` and `dsn`, and the driver takes the first of two. So `Database=...` or
    `UID=...` in `extra_params` looks like an override and is none. Change the setting instead. On
    mssql-python it is the other way round: there `extra_params` wins.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-django 2.0, `_build_connection_string`.
    """
    settings = facts.settings
    if not keywords or not is_microsoft_driver(settings.driver_family, settings.driver):
        return
    shadowing = generated_keywords(settings)
    told: set[str] = set()
    for name, keyword in seen_keywords(settings):
        # Without a NAME mssql-django does not even connect: rule 102.
        if name not in shadowing or name in told or (name == "database" and settings.name == ""):
            continue
        if name == "trusted_connection" and _says_the_same(settings, keyword):
            continue
        told.add(name)
        yield warning(
            f"{facts.extra_params}: {_name(keyword)} is ignored, because {shadowing[name]} comes "
            "first",
            hint=f"Remove it, and change {shadowing[name]} if that is not what you mean.",
            about=name,
        )


def _says_the_same(settings: ConnectionSettings, keyword: Keyword) -> bool:
    """Trusted_Connection is yes where the setting is absent: written twice, it changes nothing."""
    return keyword.value.strip().lower() == (settings.trusted_connection or "yes").lower()
