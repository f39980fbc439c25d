"""Where training jobs run: this machine, or a simulation in virtual time."""
