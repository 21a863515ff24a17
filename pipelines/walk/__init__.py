"""The steps of the walk, one file each, as plain functions. None knows another."""
