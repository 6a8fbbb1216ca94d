"""mssql-django's ORM, migrations and commands on the stand-in.

``library`` is a small app with every kind of field, constraint and relation; ``cases/case_*.py``
are plain test functions over it. They run in a process of their own with ``settings``, once for
each driver, and ``test_orm.py`` shows each as a test.
"""
