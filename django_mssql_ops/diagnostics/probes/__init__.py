"""One probe a module: it asks, within its time limit, and returns facts. It never judges."""
