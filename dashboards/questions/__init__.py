"""What is asked of the published file. Frames of Polars come back, small cells already empty."""
