"""German words, numbers and sentences. Knows no table."""
