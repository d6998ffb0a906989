"""The world of the Netflix Prize: star ratings over years, and reviews in public by some."""
