"""Spark as the engine of a build: what it reads is laid out for it, what it built comes back."""
