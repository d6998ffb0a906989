"""Counting: who watched a title, by any definition, from the tables of a log."""
