"""Text to values: numbers, moments, spelling."""
