"""How well the pages read, measured: accessibility, validity, weight, requests, movement.

`measure` looks at one page in the browser, `tools` asks the validator and Lighthouse, `__main__` prints the table,
beside the same pages in stock Material. The tests of the same name hold the figures.
"""
