"""The door: columns by name, minimised, pseudonymised, rows refused with a reason."""
