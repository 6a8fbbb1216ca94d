"""Django's and pytest-django's own test runs on the stand-in.

``project`` is a small project with tests of its own, ``suite_*.py``, which are run in processes of
their own; ``test_runners.py`` asks what became of them and of the test databases.
"""
