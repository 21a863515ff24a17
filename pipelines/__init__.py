"""The hands: carries a log from its door to the page. Alone knows Dagster, dbt and Great Expectations."""
