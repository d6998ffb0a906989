"""Who lives in the homes, with which profiles, devices and plans, and since when they pay."""
