"""A small Django project on SQL Server: by default on the stand-in, on a real server on request."""
