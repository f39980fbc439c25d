"""The test kit: contracts that implementations must pass, factories, and searches in virtual time."""
