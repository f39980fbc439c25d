"""The words that everything speaks: ranges, plans, requests, jobs, events, errors. Standard library only."""
