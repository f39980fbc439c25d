"""One training job, from inside and beside it: its folder, its supervisor, its metric lines, the built-in programs."""
