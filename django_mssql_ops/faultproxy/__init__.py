"""A proxy between a driver and its server that speaks MS-TDS and injects faults; loopback only."""
