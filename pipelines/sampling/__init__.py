"""Work sampling (Multimomentaufnahme): rounds drawn, a sheet to tally on, minutes of work from the filled sheet."""
