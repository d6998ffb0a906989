"""What formats of real viewing data share, for our own and for those of other packages."""
