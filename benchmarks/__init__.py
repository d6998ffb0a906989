"""How fast synthview is and how much memory it takes: `python -m benchmarks`."""
