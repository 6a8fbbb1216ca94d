"""What survives 21 transient faults: the published retry sample and this package, side by side.

``python -m tests.scoreboard`` (``make scoreboard``): real drivers over real sockets.
"""
