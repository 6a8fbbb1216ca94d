"""Proves on a project's own code that its retries survive faults and apply nothing twice."""
