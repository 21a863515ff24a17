"""One page per file: gather figures from the marts, turn them into sentences, hand over a `Page`."""
