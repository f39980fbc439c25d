"""Linear probe; a few knobs from the environment, the rest from flags."""
import argparse
import os

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score

ap = argparse.ArgumentParser()
ap.add_argument("--features", default="features.npz")
ap.add_argument("--max-iter", type=int, default=500)
ap.add_argument("--fit-intercept", type=int, choices=[0, 1], default=1)
args = ap.parse_args()

C = float(os.environ["PROBE_C"])
data = np.load(args.features)
model = LogisticRegression(C=C, max_iter=args.max_iter, fit_intercept=bool(args.fit_intercept))
model.fit(data["x_train"], data["y_train"])
score = balanced_accuracy_score(data["y_val"], model.predict(data["x_val"]))
print(f"val_balanced_accuracy={score:.4f}")
