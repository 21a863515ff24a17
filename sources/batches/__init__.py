"""Rows on their way from a system to the door: the protocol, and what is done to batches of any format."""
