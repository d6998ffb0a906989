"""Simulation: which homes may count, and what their log and truth hold of a title."""
