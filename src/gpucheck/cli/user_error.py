"""The errors that are not gpucheck's: what the user can mend, and what cannot be known now."""


class UserError(Exception):
    """Something the user asked for cannot be done; the text says what was seen and what to do."""


class CannotAnswerError(Exception):
    """What is needed to answer cannot be learnt now; the text says what and why."""
