"""Ask other sites whether what our pages link to is still there.

Never part of the tests of the site: other people's servers decide the answer.
The way of a run: `gather` lists the links, `turns` says which host may be asked
now, `client` makes one request, `visit` decides what its answer means (again,
elsewhere, or done), `asking` ties these together, `findings` puts it in words,
and `report` prints. `cache` and `baseline` remember; `archive` looks for copies
of what is dead. Only `client` and `asking` know of sockets, threads and time.
"""
