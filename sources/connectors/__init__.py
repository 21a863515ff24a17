"""One file or folder for each kind of file and of system."""
