"""Intervals and survival curves, from counts to numbers."""
