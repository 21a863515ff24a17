"""Musterhafen's own folder: town.toml and parameters."""
