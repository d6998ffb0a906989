"""Tables from any writer: found in a directory or database, and read in our schema.

Strict about loss, lenient about form. Names of columns are exact; their types, their order and the
layout of files are not.
"""
