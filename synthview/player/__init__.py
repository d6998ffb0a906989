"""What the player makes of it: plays, pauses, jumps, stalls, and the limit of streams."""
