import argparse
import json

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler


def layer_sizes(text):
    return tuple(int(n) for n in text.split(","))


if __name__ == "__main__":
    cli = argparse.ArgumentParser(description="Feed-forward network of scikit-learn")
    cli.add_argument("--layers", type=layer_sizes, default=(64, 32), help="such as 64,32")
    cli.add_argument("--activation", default="relu", choices=("relu", "tanh", "logistic"))
    cli.add_argument("--l2", default=1e-4, type=float)
    cli.add_argument("--step", default=1e-3, type=float, help="initial step size")
    cli.add_argument("--batch", default=32, type=int)
    cli.add_argument("--max-iter", default=300, type=int)
    cli.add_argument("--tol", default=1e-4, type=float)
    cli.add_argument("--early-stopping", action="store_true")
    cli.add_argument("--random-state", default=0, type=int)
    cli.add_argument("--metrics-file", default="metrics.json")
    o = cli.parse_args()

    x, y = load_breast_cancer(return_X_y=True)
    x, vx, y, vy = train_test_split(x, y, test_size=0.3, stratify=y, random_state=1)
    scale = StandardScaler().fit(x)
    net = MLPClassifier(o.layers, activation=o.activation, alpha=o.l2, learning_rate_init=o.step, batch_size=o.batch,
                        max_iter=o.max_iter, tol=o.tol, early_stopping=o.early_stopping, random_state=o.random_state)
    net.fit(scale.transform(x), y)
    chance = net.predict_proba(scale.transform(vx))
    result = {"val_log_loss": log_loss(vy, chance), "val_accuracy": accuracy_score(vy, np.argmax(chance, 1))}
    with open(o.metrics_file, "w") as stream:
        json.dump(result, stream)
    print(json.dumps(result))
