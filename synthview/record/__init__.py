"""Every row: what the tables of the log and of the truth say of a block and of each of its days."""
