"""The essays, their topics and their checks, as plain functions.

Nothing here knows MkDocs: `overrides/hooks/build.py` is the only place where the two meet,
so that the site can move to another generator by rewriting that one file.
"""
