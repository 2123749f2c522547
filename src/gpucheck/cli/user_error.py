"""The error that is the user's to mend."""


class UserError(Exception):
    """Something the user asked for cannot be done; the text says what was seen and what to do."""
