"""The command line: one command a function, its help, its exit code."""
