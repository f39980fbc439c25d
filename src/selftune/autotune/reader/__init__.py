"""Reading a training command and its script without running them."""
