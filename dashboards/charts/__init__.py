"""One chart per file: takes a frame and a canvas, returns a `Drawing` with named layers and the marks it must hold."""
