"""The one error that the embedded product shows to people."""


class Problem(Exception):
    """Something a person has to mend; its text is a sentence that says what happened and what to do."""
