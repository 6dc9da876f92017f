"""The rules that the sources are checked against, one module per subject."""

Fault = tuple[int, str, str, str]
"""A problem of a file whose path is known: its line, from 1, its code, what is wrong, and a hint."""
