"""What only some projects want: an extra or INSTALLED_APPS each, and nothing depends on it."""
