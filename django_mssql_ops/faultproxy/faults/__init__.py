"""Faults, one a file; see :mod:`django_mssql_ops.faultproxy.registry`."""
