"""FIT-Connect: its log of events, tokens and callbacks."""
