"""The generators: one file a table, each exporting `GENERATOR`."""
