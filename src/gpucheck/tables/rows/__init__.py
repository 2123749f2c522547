"""The rows of each compatibility table, as types: one file a subject."""
