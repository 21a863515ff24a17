"""What holds for one run whatever its step: its inputs, lock, progress, outcome, settings."""
