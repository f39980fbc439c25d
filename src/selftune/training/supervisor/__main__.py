"""Entry of `python -I -S .../training/supervisor ATTEMPT_FOLDER [DESCRIPTOR...]`."""

from __future__ import annotations

import os
import sys

if not __package__:  # run as a folder: let the relative imports below find their siblings
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    __package__ = "supervisor"

from .run import main

code = main(sys.argv[1:])
sys.stderr.flush()
os._exit(code)  # at once: whoever reads the status finds the process gone
