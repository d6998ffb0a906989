"""Checks of a run on disk: is it whole, does it leak the truth, how well a reader scores."""
