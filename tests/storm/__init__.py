"""What thousands of clients do to a server that comes back: a simulation without a socket.

``python -m tests.storm`` (``make storm``) prints the tables and writes the picture of
docs/proof.md.
"""
