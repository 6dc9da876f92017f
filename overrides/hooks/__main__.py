"""Starts the commands, such as `.venv/bin/python overrides/hooks check`."""

import sys

try:
    from health_diplomacy.cli import main
except ModuleNotFoundError as missing:
    if str(missing.name).startswith("health_diplomacy"):
        raise
    sys.exit(
        f"This Python does not have what the site is built with ({missing.name}). Hint: run README's first command, "
        "and call `.venv/bin/python overrides/hooks`."
    )

if __name__ == "__main__":
    sys.exit(main())
