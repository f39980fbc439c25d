"""What HTTP clients touch."""
