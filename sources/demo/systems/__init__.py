"""What Musterhafen's systems write, each in its own notation, with their planted faults."""
