"""What all systems that are asked have in common: HTTP, pages, patience, how far was asked."""
