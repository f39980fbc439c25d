"""Boosted trees for meter readings; settings in an INI file."""
import configparser
import sys

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error


def main(path):
    ini = configparser.ConfigParser()
    ini.read(path)
    data = np.load(ini["data"]["file"])
    boost = ini["boosting"]
    model = GradientBoostingRegressor(
        learning_rate=boost.getfloat("learning_rate"),
        n_estimators=boost.getint("n_estimators"),
        max_depth=boost.getint("max_depth"),
        subsample=boost.getfloat("subsample"),
        loss=boost.get("loss"),
        random_state=ini.getint("data", "seed"),
    )
    model.fit(data["x"], data["y"])
    print("MAE on validation data: {:.3f}".format(mean_absolute_error(data["vy"], model.predict(data["vx"]))))


main(sys.argv[1] if len(sys.argv) > 1 else "meters.ini")
