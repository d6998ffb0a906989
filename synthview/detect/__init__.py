"""A baseline detector: what a learner finds of each actor in the log, and what could be found."""
