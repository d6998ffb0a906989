"""Write tables: the bytes of a file in each format, and files that appear whole or not at all."""
