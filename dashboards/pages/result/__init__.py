"""Sections about results: what became of plans, budget lines, cases and posts."""
