"""Trains until somebody stops it, and keeps what it has."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()


def leave(*_):
    Path(os.environ["SM_MODEL_DIR"], "kept.txt").write_text(str(args.lr))
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
for step in range(6000):
    print(f"val_loss={(args.lr - 0.3) ** 2 + 1 / (step + 1):.6f}", flush=True)
    time.sleep(0.1)
