"""Reading a Python script by its syntax tree; nothing of it is executed or imported."""
