"""The sample project's tests.

``cases/case_*.py`` are plain test functions over a prepared shop, whatever the database: they run
in a process of their own with the project's settings (``running.run_cases``), once for each
database.
"""
