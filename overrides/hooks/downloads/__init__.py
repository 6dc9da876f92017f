"""Everything readers can download, built from the same sources as the site.

`command.py` runs the build and writes the ZIP file, `pdf.py`, `epub.py` and `zim.py` write the other files, and
`images.py` the images that other sites show for a shared page. PDF and e-book share one `Book` (`book.py`).
Building the site itself needs none of this; the requirements are the `downloads` extra in pyproject.toml.
"""
