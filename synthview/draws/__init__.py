"""How decisions are drawn: the same for the same seed, decision and thing, in any order."""
