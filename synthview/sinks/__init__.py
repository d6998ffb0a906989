"""Where rows go: how a table becomes the bytes of a file in each format, and how a file appears whole or not at all."""
