"""How decisions are drawn: the same draw for the same seed, decision and thing, on every machine and in any order."""
