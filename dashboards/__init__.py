"""The windows: pages, charts and words made from the published file. Nothing here knows Dagster, dbt or a source."""
