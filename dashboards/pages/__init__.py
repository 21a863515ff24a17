"""One page a file, and what several pages share."""
