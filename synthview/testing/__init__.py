"""For tests of other programs: invented data in one line, the same on every machine.

Installing synthview brings a pytest plugin (`synthview.testing.plugin`): the fixture `synthview`
and the marker of the same name. Nothing is simulated, or even imported, until a test asks for it.

- `strategies`: worlds, households of a kind, plays and dirty event streams for hypothesis;
- `by_hand`: three events by hand, with everything around them filled in;
- `invariants`: what `synthview check` asks of a dataset, asked of frames;
- `expected`: the world without its faults, and what correct programs return;
- `worlds`: small worlds, made quickly and kept.
"""
