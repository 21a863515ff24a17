"""XML indexes: records and fields by path."""
