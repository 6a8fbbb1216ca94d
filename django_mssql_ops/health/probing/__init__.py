"""The own-connection probe: one question at a time for each alias, answered in time."""
