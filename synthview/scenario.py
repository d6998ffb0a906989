"""A scenario: every setting of a world, read from a file and checked against what exists."""
