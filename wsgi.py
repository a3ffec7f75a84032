"""What a WSGI server and the `flask` command load."""

from __future__ import annotations

import gc
import sys

from peer_visits import create_app
from peer_visits.config import ConfigurationError

# Nothing of what is loaded here is ever thrown away: looking for garbage meanwhile took a fifth of the start.
gc.disable()
try:
    app = create_app()
except ConfigurationError as error:
    # The list of what is wrong with the settings helps; a trace of calls would bury it.
    sys.exit(str(error))
gc.freeze()
gc.enable()
