"""Probes ask the network, the driver and the server; rules judge the facts they bring back."""
