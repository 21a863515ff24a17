"""What Musterhafen's systems write, each in its own dress, with their planted faults."""
