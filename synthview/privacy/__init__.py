"""The privacy laboratory: who can be found in what a service releases, with the truth beside it."""
