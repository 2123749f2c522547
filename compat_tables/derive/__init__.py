"""The command that makes derived tables anew; see `__main__`."""
