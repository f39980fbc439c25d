"""The `selftune` command: parsing and printing over the same use-cases as the SDK and the server."""
