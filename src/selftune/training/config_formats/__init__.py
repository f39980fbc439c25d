"""Configuration formats: where their scalars stand, and how a scalar is written; `registry` has them by name."""
