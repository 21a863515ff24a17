"""OCEL 2.0 as SQLite, JSON and XML."""
