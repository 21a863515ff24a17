"""CSV: bytes to blocks, quotes, shape, columns."""
