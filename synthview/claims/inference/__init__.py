"""Inference: which worlds print a number, and what they have in common."""
