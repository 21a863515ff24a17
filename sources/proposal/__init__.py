"""A mapping proposed for a file nobody knows."""
