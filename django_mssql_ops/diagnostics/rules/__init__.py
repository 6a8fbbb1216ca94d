"""One topic a file; a function decorated with ``@rule`` in any module here is registered.

Rules are pure: they see facts and yield verdicts. See ``registry.py`` beside this package.
"""
