"""Realism: a world beside every published figure that it can be compared with, each with an interval and a verdict."""
