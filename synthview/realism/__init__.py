"""Realism: a world beside every comparable published figure, each with interval and verdict."""
