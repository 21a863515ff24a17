"""The invented town Musterhafen: how it lives, what its systems write, what is true of it."""
