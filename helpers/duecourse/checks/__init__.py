"""Checks: an answer is recorded as plain data and compared with the instructor's recording of the same cell."""

from duecourse.checks.desk import check, hint, slip

__all__ = ["check", "hint", "slip"]
