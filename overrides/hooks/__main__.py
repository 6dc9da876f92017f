"""Commands for the people who write and keep the site: `python overrides/hooks check`, and `new`, `due`, `codes`."""

import sys

from health_diplomacy.commands import main

if __name__ == "__main__":
    sys.exit(main())
