"""Tables for lessons and analysts: `load(name)`, as shipped or on fresh data."""

from duecourse.datasets.catalogue import load, names

__all__ = ["load", "names"]
