"""What is true of Musterhafen, for tests to compare with."""
