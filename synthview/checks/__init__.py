"""What can be asked of a run that is there: whether it is whole, gives nothing away, and how well a reader scores."""
