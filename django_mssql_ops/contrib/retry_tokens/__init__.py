"""The table of the exactly-once helper (:mod:`django_mssql_ops.retry.tokens`), as an app."""
