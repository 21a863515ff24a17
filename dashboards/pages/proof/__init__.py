"""Sections that say how well savings are proven: bookings, baselines, checks, the ledger, an audit's questions."""
