"""nbgrader's settings for this course; the sense of each stands where it is set."""

from duecourse.grading.settings import configure

c = get_config()  # noqa: F821 (nbgrader puts it here)
configure(c)
