"""OPTIONS["extra_params"]: the text that is glued to the connection string."""

from __future__ import annotations

from collections.abc import Collection

from django_mssql_ops.configuration.connection_settings import Keyword
from django_mssql_ops.configuration.keywords import KEYWORDS, setting_instead, suggest
from django_mssql_ops.configuration.option_names import SETTING_OF_KEYWORD
from django_mssql_ops.configuration.redaction import HIDDEN
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, rule, warning


@rule(110, "extra-params-type", stage="settings", needs=("settings.extra_params_type",))
def extra_params_type(facts: Facts, type_name: str | None) -> Verdicts:
    """`extra_params` is not text, and mssql-django raises an exception when it connects.

    The value is glued to the end of the connection string. A dict, for example, ends in a
    `KeyError` that names neither the setting nor the alias. Join the pairs into one text:
    `"Encrypt=yes;ApplicationIntent=ReadOnly"`.

    Source: measured with mssql-django 2.0.
    """
    if type_name not in (None, "str"):
        yield error(
            f"{facts.extra_params} is a {type_name}: connecting will raise an exception",
            hint="Write one text of keywords: 'Encrypt=yes;ApplicationIntent=ReadOnly'.",
        )


@rule(112, "extra-params-unknown-keyword", stage="settings", needs=("settings.keywords",))
def extra_params_unknown_keyword(facts: Facts, keywords: tuple[Keyword, ...]) -> Verdicts:
    """`extra_params` has a keyword that the ODBC driver does not know and ignores without a word.

    With `Encript=yes` the driver's default decides about encryption. A blank before `=` makes a
    keyword unknown as well: `Encrypt =no` changes nothing. A keyword right behind a password is not
    named, because it may be the rest of that password; a value with `;` needs braces:
    `PWD={with;semicolon}`.

    Only Microsoft's ODBC Driver 17 and 18 are judged, and 17 by the keywords of 18. mssql-python
    refuses unknown keywords itself.

    Source: measured with msodbcsql 18.6.2.1 on Linux.
    """
    if facts.settings.driver_family not in ("17", "18"):
        return
    known = KEYWORDS["18"]
    told: set[str] = set()
    for keyword in keywords:
        if not keyword.reaches_driver or keyword.name in told:
            continue
        if keyword.name == HIDDEN:
            yield _unnamed(facts, keyword)
            continue
        told.add(keyword.name)
        if keyword.key not in known:
            yield _unknown(facts, keyword, known.values())
        elif keyword.name != keyword.name.strip():
            yield warning(
                f"{facts.extra_params}: the driver ignores {keyword.name + '=...'!r} "
                "because of the blank before '='",
                hint=f"Write {known[keyword.key]}=... without blanks around the '='.",
                about=keyword.name,
            )


def _unknown(facts: Facts, keyword: Keyword, known: Collection[str]) -> Verdict:
    return warning(
        f"{facts.extra_params}: the driver ignores the keyword {keyword.name!r}, which it "
        "does not know",
        hint=_remedy(keyword, known),
        about=keyword.name,
    )


def _remedy(keyword: Keyword, known: Collection[str]) -> str:
    elsewhere = setting_instead(keyword.name)
    setting = SETTING_OF_KEYWORD.get(keyword.key)
    if elsewhere or setting:
        return f"Use {elsewhere or repr(setting)} instead."
    suggestion = suggest(keyword.name, known)
    return f"Did you mean {suggestion}?" if suggestion else "Remove it or correct its spelling."


def _unnamed(facts: Facts, keyword: Keyword) -> Verdict:
    return warning(
        f"{facts.extra_params}: the driver ignores the keyword at position {keyword.position}, "
        "which it does not know (not shown, as it may hold a secret)",
        hint="Use the PASSWORD setting for a password; within extra_params a value with ';' needs "
        "braces: PWD={...}.",
        about=f"position {keyword.position}",
    )
