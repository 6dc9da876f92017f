"""The essays, their topics and the evidence: read, checked, rendered and written.

Only `site_build.py` and `../build.py` know MkDocs, so that moving to another generator means rewriting those two and the
templates.
"""
