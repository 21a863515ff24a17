"""The windows: German pages on one published file. Asks and words, computes nothing, writes the site."""
