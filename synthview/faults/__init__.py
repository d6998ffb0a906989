"""What changes only the record: messages that arrive late, twice, altered or never."""
