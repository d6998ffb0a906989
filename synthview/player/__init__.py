"""What the player makes of it: plays second by second, pauses, jumps, stalls, and the limit of streams."""
