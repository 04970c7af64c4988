"""Authoring: text notebooks to source to release, their translation, and what of the curriculum they cover."""
