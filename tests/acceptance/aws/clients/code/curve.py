"""A curve that is known beforehand: what settings of a tuning job are tried on. Its model goes to /opt/ml alone."""

import argparse
import json
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float, default=0.5)
parser.add_argument("--steps", type=int, default=1)
parser.add_argument("--seconds", type=float, default=0.0, help="of a step")
parser.add_argument("--flat", type=int, default=0, help="1: the same whatever x is")
args = parser.parse_args()

loss = 1.0 if args.flat else 0.1 + abs(args.x - 0.5)
for step in range(args.steps):
    print(f"step {step} val_loss={loss + 0.01 / (step + 1):.6f}", flush=True)
    time.sleep(args.seconds)

container = Path("/opt/ml")
given = json.loads((container / "input/config/hyperparameters.json").read_text())
(container / "model" / "model.json").write_text(json.dumps({"x": args.x, "given": given["x"]}))
