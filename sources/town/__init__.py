"""The town's folder as typed objects; every mistake is a sentence."""
