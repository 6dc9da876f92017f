"""The rules that the sources are checked against, one module per subject."""
