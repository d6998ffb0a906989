"""Who sits down when, on which screen, and what they mean to watch."""
