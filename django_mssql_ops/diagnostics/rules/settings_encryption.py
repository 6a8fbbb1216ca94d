"""What extra_params says about encryption."""

from __future__ import annotations

from collections.abc import Collection

from django_mssql_ops.configuration.driver_choice import encrypt_values
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(115, "encrypt-value", stage="settings", needs=("settings.encrypt_value",))
def encrypt_value(facts: Facts, value: str | None) -> Verdicts:
    """Measured with msodbcsql 18.6.2.1: refused before any network traffic, blanks included.

    ``Encrypt=`` passes when nothing follows it and is refused otherwise; mssql-python refuses any
    empty value. Driver 17: Microsoft, "Major version differences".
    """
    settings = facts.settings
    accepted = encrypt_values(settings.driver_family, settings.driver)
    if value is None or accepted is None or value.lower() in accepted:
        return
    path = f"DATABASES[{facts.alias!r}]['OPTIONS']['extra_params']"
    hint = _hint(value, accepted)
    if not value and settings.python_driver == "pyodbc":
        yield warning(f"{path}: Encrypt has no value; the driver may refuse it", hint=hint)
    else:
        yield error(f"{path}: Encrypt={value!r} is refused by the driver", hint=hint)


def _hint(value: str, accepted: Collection[str]) -> str:
    if value.strip().lower() in accepted:
        return f"Remove the blanks: 'Encrypt={value.strip()};'."
    return f"Use one of {', '.join(accepted)}; 'yes' encrypts and checks the certificate."
