"""What a measure is worth over its horizon, and the town as all of them together."""
