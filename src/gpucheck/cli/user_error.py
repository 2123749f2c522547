"""The errors that are not gpucheck's: what the user can mend, and what cannot be known now."""


class UserError(Exception):
    """Something the user asked for cannot be done; the text says what was seen and what to do.

    `sketch` are lines to show below it: what was written, with a caret under the mistake.
    """

    def __init__(self, text: str, sketch: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.sketch = sketch


class CannotAnswerError(Exception):
    """What is needed to answer cannot be learnt now; the text says what and why."""
