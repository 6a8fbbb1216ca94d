"""``make demo``: a shop opens, and what a deploy pipeline sees, with nothing but this machine.

A stand-in for SQL Server listens on loopback; every step is a command anyone can type, run as a
process of its own. Each step has the exit code and the words it must show: when one differs, the
demo itself fails.
"""
