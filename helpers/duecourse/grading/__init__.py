"""Grading: intake, examine, record."""
