"""``python -m simulator``: the command line without what needs Qt."""

import sys

from simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
