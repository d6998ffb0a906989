"""For tests of other programs: invented data in one line, the same on every machine.

Installing synthview brings a pytest plugin (`synthview.testing.plugin`): the fixture `synthview`
and the marker of the same name. Nothing is simulated, or even imported, until a test asks for it.
"""
