"""The company itself: what it sums up every night, who looks, what it keeps and what it forgets."""
