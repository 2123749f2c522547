"""The rule catalogue: one rule a file. The folder is the list."""
