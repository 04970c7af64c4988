"""Text that came from a submission, made fit for a file, a page and a terminal."""

import re

# Everything by which a text could act on a terminal: control characters but for tab and line feed.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain_text(text: str) -> str:
    """The text without what cannot be encoded and what acts instead of being read.

    Examples
    --------
    >>> plain_text("late\\x1b[2J \\ud800"), plain_text("逾期\\n30 天")
    ('late[2J ?', '逾期\\n30 天')
    """
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()
