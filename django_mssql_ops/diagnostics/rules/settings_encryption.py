"""What extra_params says about encryption."""

from __future__ import annotations

from collections.abc import Collection

from django_mssql_ops.configuration.driver_choice import encrypt_values
from django_mssql_ops.configuration.effective_keywords import effective_keywords
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(115, "encrypt-value", stage="settings", needs=("settings.encrypt_value",))
def encrypt_value(facts: Facts, value: str | None) -> Verdicts:
    """`Encrypt` in `extra_params` has a value that the driver refuses before any network traffic.

    Driver 18 and mssql-python accept `yes`, `no`, `mandatory`, `optional` and `strict` in any case;
    Driver 17 accepts `yes` and `no`. `true`, `false` and `1` are refused, and so is a blank before
    or behind the value on pyodbc. An empty value is a warning there, because it passes when nothing
    follows it.

    Source: measured with msodbcsql 18.6.2.1 on Linux; Microsoft, "Major version differences" for
    17.
    """
    settings = facts.settings
    accepted = encrypt_values(settings.driver_family, settings.driver)
    keyword = settings.seen("encrypt")
    if keyword is not None and not keyword.closed:  # rule 111
        return
    if value is None or accepted is None or value.lower() in accepted:
        return
    path = f"{facts.extra_params}"
    hint = _hint(value, accepted)
    if not value and settings.python_driver == "pyodbc":
        yield warning(f"{path}: Encrypt has no value; the driver may refuse it", hint=hint)
    else:
        yield error(f"{path}: Encrypt={value!r} is refused by the driver", hint=hint)


def _hint(value: str, accepted: Collection[str]) -> str:
    if value.strip().lower() in accepted:
        return f"Remove the blanks: 'Encrypt={value.strip()};'."
    return f"Use one of {', '.join(accepted)}; 'yes' encrypts and checks the certificate."


@rule(126, "strict-with-trust", stage="settings", needs=("settings.encrypt",))
def strict_with_trust(facts: Facts, encrypt: str | None) -> Verdicts:
    """`TrustServerCertificate=yes` has no effect beside `Encrypt=strict`.

    With `strict` the driver always checks the server's certificate; the other keyword is accepted
    and ignored. Whoever reads the settings expects the opposite of what happens: the connection is
    not open to a false certificate, and it fails when the server's own is not trusted. Remove
    `TrustServerCertificate`. Where the certificate cannot be verified, name the file that holds it
    in `ServerCertificate`.

    Source: Microsoft, "DSN and connection string keywords and attributes"; that the driver accepts
    the pair was measured with msodbcsql 18.6.2.1 on Linux.
    """
    if encrypt != "strict" or not facts.settings.keywords:
        return
    keyword = effective_keywords(facts.settings).get("trustservercertificate")
    if keyword is not None and keyword.value.lower() == "yes":
        yield warning(
            f"{facts.extra_params}: Encrypt=strict ignores TrustServerCertificate=yes",
            hint="Remove TrustServerCertificate; with strict the certificate is always checked.",
        )
