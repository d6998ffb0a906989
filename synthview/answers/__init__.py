"""Canonical queries of a viewing log, and what a correct engine answers to them on a dataset."""
