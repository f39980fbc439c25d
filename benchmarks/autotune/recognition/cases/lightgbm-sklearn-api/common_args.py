import argparse


def parse_arguments(prog):
    ap = argparse.ArgumentParser(prog)
    ap.add_argument("--npz", default="clicks.npz")
    ap.add_argument("--loglevel", default="INFO")
    ap.add_argument("--cpus", type=int, default=2)
    ap.add_argument("--seed", type=int, default=20)
    ap.add_argument("--n-trees", type=int, default=150)
    ap.add_argument("--shrink", type=float, default=0.1)
    ap.add_argument("--leaves", type=int, default=31)
    ap.add_argument("--leaf-rows", type=int, default=20, help="rows in a leaf, at least")
    ap.add_argument("--cols", type=float, default=1.0)
    ap.add_argument("--l1", type=float, default=0.0)
    return ap.parse_args()
