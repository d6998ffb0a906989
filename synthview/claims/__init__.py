"""Published numbers as questions: what a query counts, and what one should expect by chance."""
