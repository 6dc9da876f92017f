"""The site to take along: offline copy, book, e-book, Kiwix file and sharing cards, made from the same sources.

The site itself needs nothing of this package; what it needs beyond the site's own packages is the extra
`downloads` in pyproject.toml. Everything is made in a folder of its own and put in place when all of it is whole.
"""
