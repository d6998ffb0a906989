"""synthview simulates a streaming-video service, and beside its log keeps the truth of who watched."""
