"""Exactly once under fire: random bank transfers and ledger rows while connections break.

``python -m tests.jepsen`` (``make jepsen``). The verdicts are Jepsen's: an operation ends ``ok``,
``fail`` (it did not happen) or ``info`` (nobody can know), and what the database holds afterwards
is compared with that.
"""
