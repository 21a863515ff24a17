"""Step 5, estimate: what the measures saved, less what would have come anyway. From frames to frames."""
