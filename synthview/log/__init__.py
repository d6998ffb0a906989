"""The record: what the service's telemetry managed to keep of what happened."""
