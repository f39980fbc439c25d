"""Click prediction with LightGBM's scikit-learn classes; arguments come from a shared module."""
import logging
import time

import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score

from common_args import parse_arguments

LOGGER = logging.getLogger("ctr")


def main():
    a = parse_arguments("ctr")
    logging.basicConfig(level=a.loglevel)
    data = np.load(a.npz)
    clf = lightgbm.LGBMClassifier(
        n_estimators=a.n_trees, learning_rate=a.shrink, num_leaves=a.leaves, min_child_samples=a.leaf_rows,
        colsample_bytree=a.cols, reg_alpha=a.l1, random_state=a.seed, n_jobs=a.cpus,
    )
    t0 = time.perf_counter()
    clf.fit(data["x"], data["y"])
    LOGGER.info("fitted in %.1fs", time.perf_counter() - t0)
    LOGGER.info("valid AUC=%.5f", roc_auc_score(data["vy"], clf.predict_proba(data["vx"])[:, 1]))


if __name__ == "__main__":
    main()
