"""The one exception that users see."""


class DuecourseError(Exception):
    """Something the user can mend, said in one sentence: what, where, and what to do.

    The command prints the sentence without a traceback and exits with status 2.
    """
