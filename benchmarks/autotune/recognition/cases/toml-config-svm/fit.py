"""Fit a support vector machine as the TOML file says."""
import sys
import tomllib

import pandas as pd
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def main(path):
    with open(path, "rb") as stream:
        settings = tomllib.load(stream)
    frame = pd.read_csv(settings["data"]["csv"])
    y = frame.pop(settings["data"]["label"])
    x, vx, y, vy = train_test_split(frame, y, test_size=settings["data"]["holdout"], random_state=settings["data"]["split_seed"])
    svm = settings["svm"]
    model = make_pipeline(
        StandardScaler(),
        SVC(C=svm["C"], gamma=svm["gamma"], kernel=svm["kernel"], cache_size=svm["cache_mb"], class_weight="balanced"),
    )
    model.fit(x, y)
    print("macro f1 on the holdout: %.4f" % f1_score(vy, model.predict(vx), average="macro"))


if __name__ == "__main__":
    main(sys.argv[1])
