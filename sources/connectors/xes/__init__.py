"""XES event logs."""
