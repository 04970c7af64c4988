"""Duecourse: lessons in collecting overdue consumer credit that check themselves."""

from duecourse.checks import check, hint
from duecourse.datasets import load

__version__ = "0.1.0"

__all__ = ["check", "hint", "load"]
