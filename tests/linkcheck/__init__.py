"""Check every reference of a built site, and say which source line to mend.

The way of a check: `site` lists the folder, `page` and `data_files` read each
file once into a small record, `targets` says where each reference leads,
`checks` turn that into problems, `sources` finds the Markdown line, and
`report` prints. `run` ties them together; `__main__` is the command.
"""
