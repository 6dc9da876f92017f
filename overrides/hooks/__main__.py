"""Commands for the people who keep the site: `python overrides/hooks due`."""

import sys

from health_diplomacy.commands import main

if __name__ == "__main__":
    sys.exit(main())
