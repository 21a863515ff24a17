"""What a record is: kinds, fields, vocabularies, units, pseudonyms."""
