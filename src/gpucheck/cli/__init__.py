"""The command line. Only this folder prints; one file a command."""
