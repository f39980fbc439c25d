"""The tuning loop: a pure lifecycle, the controller around it, and the use-cases."""
