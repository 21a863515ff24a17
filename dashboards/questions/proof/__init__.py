"""Questions about the proof of savings: bookings, baselines, checks, the ledger, an audit's questions."""
