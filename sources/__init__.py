"""The doors: what the town's systems say. Knows no Dagster, no dbt, no environment variable."""
