"""Sections of an answer: one file for each thing that is said of a number."""
