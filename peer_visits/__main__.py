"""`python3 -m peer_visits run` and `python3 -m peer_visits test`."""

from __future__ import annotations

import sys

from peer_visits.launch.commands import main

if __name__ == "__main__":
    sys.exit(main())
