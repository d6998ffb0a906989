"""What changes only the record: messages that the service receives late, twice, altered or never."""
