"""One chart a file: a frame goes in, a drawing comes out."""
