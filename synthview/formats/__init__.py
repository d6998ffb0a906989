"""Formats of real viewing data: one file each, with its mapping as data.

`synthview.formats.making` holds what they share: what a format is, the tables it reads, the files
it writes, and which formats this installation knows.
"""
