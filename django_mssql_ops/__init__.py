"""Operations toolkit for Django on SQL Server; importing it costs nothing and opens nothing."""

__version__ = "0.1.0"
