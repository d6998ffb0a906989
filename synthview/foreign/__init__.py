"""Tables that anybody wrote: found in a directory or a database, and read as the schema of `synthview.tables` has them.

Strict about loss, lenient about form. Names of columns are exact; their types, their order and the layout of files are not.
"""
