"""Rows on disk: Parquet files and the spool."""
