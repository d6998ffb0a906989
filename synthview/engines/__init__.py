"""Where the work of a run is done: today on the processes of this machine."""
